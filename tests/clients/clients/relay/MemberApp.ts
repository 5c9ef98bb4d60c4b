/** The documents of the Relay client. The compiler reads them here; the program loads what it made of them. */
import { graphql } from "relay-runtime";

export const card = graphql`
  fragment MemberApp_case on Case {
    id
    version
    status
  }
`;

export const name = graphql`
  query MemberAppNameQuery {
    viewer {
      member {
        name
      }
    }
  }
`;

export const programmes = graphql`
  query MemberAppProgrammesQuery {
    viewer {
      benefits {
        programme {
          id
          code
        }
      }
    }
  }
`;

export const apply = graphql`
  mutation MemberAppApplyMutation($input: ApplyForAidInput!) {
    change: applyForAid(input: $input) {
      case {
        ...MemberApp_case @relay(mask: false)
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;

export const update = graphql`
  mutation MemberAppUpdateMutation($input: UpdateCaseInput!) {
    change: updateCase(input: $input) {
      case {
        ...MemberApp_case @relay(mask: false)
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;

export const withdraw = graphql`
  mutation MemberAppWithdrawMutation($input: WithdrawCaseInput!) {
    change: withdrawCase(input: $input) {
      case {
        ...MemberApp_case @relay(mask: false)
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;

export const changes = graphql`
  subscription MemberAppChangesSubscription($id: ID!) {
    caseChanged(id: $id) {
      ...MemberApp_case @relay(mask: false)
    }
  }
`;

export const notifications = graphql`
  fragment MemberApp_notifications on Viewer
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "MemberAppNotificationsPaginationQuery") {
    notifications(first: $count, after: $cursor) @connection(key: "MemberApp_notifications") {
      edges {
        node {
          id
          title
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const firstPage = graphql`
  query MemberAppNotificationsQuery($count: Int!) {
    viewer {
      ...MemberApp_notifications @arguments(count: $count)
    }
  }
`;
