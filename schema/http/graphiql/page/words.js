// The words of the page around GraphiQL, whose own are English.
import { useIdentity } from "./identity.js";

const WORDS = {
  zh: {
    title: "工会会员自助服务",
    home: "返回首页",
    account: "身份",
    signedOut: "未登录",
    members: "会员",
    staff: "工作人员",
    paste: "粘贴令牌……",
    token: "访问令牌",
    copy: "复制令牌",
    copied: "已复制",
    language: "语言",
    examples: "操作示例",
    find: "查找操作",
    nothing: "没有符合的操作",
    member: "会员端",
    desk: "工作台",
    asMember: "这些操作以会员身份试用，请在上方选择一位会员。",
    asStaff: "这些操作以工作人员身份试用，请在上方选择一位工作人员。",
    query: "查询",
    mutation: "修改",
    subscription: "订阅",
  },
  en: {
    title: "Union self-service",
    home: "Back to the start page",
    account: "Acting as",
    signedOut: "Signed out",
    members: "Members",
    staff: "Staff",
    paste: "Paste a token…",
    token: "Access token",
    copy: "Copy token",
    copied: "Copied",
    language: "Language",
    examples: "Example operations",
    find: "Find an operation",
    nothing: "No operation matches",
    member: "Member app",
    desk: "Staff desk",
    asMember: "These are tried as a member: choose one at the top.",
    asStaff: "These are tried as staff: choose one of them at the top.",
    query: "query",
    mutation: "mutation",
    subscription: "subscription",
  },
};

export function useWords() {
  return WORDS[useIdentity().language];
}
