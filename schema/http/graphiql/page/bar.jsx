// Above GraphiQL: whom it acts as, and in which language.
import { useEffect, useState } from "react";
import { accounts, change, tokenOf, useIdentity } from "./identity.js";
import { useWords } from "./words.js";

const PASTED = "pasted";
const LANGUAGES = { zh: "中文", en: "English" };

export function Bar() {
  const words = useWords();
  const { language, pasting, phone } = useIdentity();
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = `${words.title} · GraphiQL`;
  }, [language, words]);
  return (
    <header className="bar">
      <a className="mark" href="/" title={words.home} aria-label={words.home}>工</a>
      <h1>{words.title}<small>GraphiQL</small></h1>
      <Account />
      {pasting && <PastedToken />}
      {phone && !pasting && <CopyToken key={phone} phone={phone} />}
      <Language />
    </header>
  );
}

function Account() {
  const words = useWords();
  const { phone, pasting } = useIdentity();
  const choose = ({ target: { value } }) =>
    change(value === PASTED ? { pasting: true } : { pasting: false, token: "", phone: value });
  return (
    <label className="account">
      <span>{words.account}</span>
      <select value={pasting ? PASTED : phone} onChange={choose}>
        <option value="">{words.signedOut}</option>
        <Accounts label={words.members} of={accounts.filter((account) => !account.staff)} />
        {staffByOrganisation().map(([organisation, staff]) => (
          <Accounts key={organisation} label={`${words.staff} · ${organisation}`} of={staff} />
        ))}
        <option value={PASTED}>{words.paste}</option>
      </select>
    </label>
  );
}

function Accounts({ label, of }) {
  const { language } = useIdentity();
  return of.length > 0 && (
    <optgroup label={label}>
      {of.map((account) => (
        <option key={account.phone} value={account.phone}>
          {account.name} · {(account.shows ?? account.role)[language]}
        </option>
      ))}
    </optgroup>
  );
}

function staffByOrganisation() {
  const groups = new Map();
  for (const account of accounts.filter((one) => one.staff)) {
    groups.set(account.organisation, [...(groups.get(account.organisation) ?? []), account]);
  }
  return [...groups];
}

function PastedToken() {
  const words = useWords();
  const { token } = useIdentity();
  return (
    <input
      className="token" value={token} placeholder={words.token} aria-label={words.token} autoComplete="off" autoFocus
      spellCheck={false} onChange={({ target }) => change({ token: target.value.trim() })}
    />
  );
}

function CopyToken({ phone }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(await tokenOf(phone));
    setCopied(true);
  };
  return <button type="button" className="copy" aria-live="polite" onClick={copy}>{copied ? words.copied : words.copy}</button>;
}

function Language() {
  const words = useWords();
  const { language } = useIdentity();
  return (
    <div className="languages" role="group" aria-label={words.language}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <button key={code} type="button" lang={code} aria-pressed={code === language} onClick={() => change({ language: code })}>
          {name}
        </button>
      ))}
    </div>
  );
}
