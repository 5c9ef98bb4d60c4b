// The operations that the member app and the staff desk send, beside the editor.
import { pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useState } from "react";
import { filledIn } from "./asks.js";
import { accounts, useIdentity } from "./identity.js";
import { useWords } from "./words.js";

const { sections } = EXAMPLES;
const operations = sections.flatMap((section) => section.operations);
const APPS = ["member", "staff"];

export const EXAMPLES_PLUGIN = { title: "操作示例 Examples", icon: Icon, content: Examples };
export const FIRST = operations.find((example) => example.name === "Home").query;

function Examples() {
  const words = useWords();
  const { language, phone } = useIdentity();
  const [app, setApp] = useState("member");
  const [text, setText] = useState("");
  useEffect(() => setApp(isStaff(phone) ? "staff" : "member"), [phone]);
  const wanted = text.trim().toLowerCase();
  const matches = ({ name, zh, en }) => `${name} ${zh} ${en}`.toLowerCase().includes(wanted);
  const shown = sections
    .filter((section) => wanted || section.app === app)
    .map((section) => ({ ...section, operations: section.operations.filter(matches) }))
    .filter((section) => section.operations.length > 0);
  return (
    <section className="examples" aria-label={words.examples}>
      <h2>{words.examples}</h2>
      <input
        type="search" value={text} placeholder={words.find} aria-label={words.find}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="apps" role="group" aria-label={words.examples}>
        {APPS.map((name) => (
          <button key={name} type="button" aria-pressed={name === app && !wanted} onClick={() => { setApp(name); setText(""); }}>
            {name === "member" ? words.member : words.desk}
          </button>
        ))}
      </div>
      {accounts.length > 0 && !wanted && isStaff(phone) !== (app === "staff") && (
        <p className="hint">{app === "staff" ? words.asStaff : words.asMember}</p>
      )}
      {shown.length === 0 && <p className="hint">{words.nothing}</p>}
      {shown.map((section) => (
        <section key={section.en}>
          <h3>{section[language]}</h3>
          <ul>
            {section.operations.map((example) => <Example key={example.name} example={example} title={example[language]} />)}
          </ul>
        </section>
      ))}
    </section>
  );
}

function Example({ example, title }) {
  const words = useWords();
  const open = useOpen();
  const inUse = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex].query?.trim() === example.query);
  return (
    <li>
      <button type="button" aria-current={inUse} onClick={() => open(example)}>
        <span className="title">{title}</span>
        <span className={`kind ${example.kind}`}>{words[example.kind]}</span>
        <code>{example.name}</code>
      </button>
    </li>
  );
}

/** Opens an example in the tab in use, or in a new one when that holds something else than an example. */
function useOpen() {
  const { addTab, stop, updateActiveTabValues } = useGraphiQLActions();
  const { queryEditor, responseEditor, variableEditor } = useGraphiQL(
    pick("queryEditor", "responseEditor", "variableEditor"),
  );
  return async (example) => {
    const variables = await filledIn(example.variables ?? {});
    const present = queryEditor.getValue().trim();
    stop();
    if (present && !operations.some(({ query }) => query === present)) {
      addTab();
    }
    queryEditor.setValue(example.query);
    variableEditor.setValue(JSON.stringify(variables, null, 2));
    responseEditor.setValue("");
    updateActiveTabValues({ response: "" });
    queryEditor.focus();
  };
}

function isStaff(phone) {
  return accounts.some((account) => account.phone === phone && account.staff);
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
      <path d="M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01" />
    </svg>
  );
}
