/** The style sheet of the demo IdP's page: one column, light and dark, visible focus. */
export const DEMO_PAGE_STYLES = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f24, #e8eaed);
  --quiet: light-dark(#4a5361, #aeb6c2);
  --back: light-dark(#ffffff, #14171b);
  --field: light-dark(#f6f7f9, #1e2329);
  --line: light-dark(#737d8c, #7f8a99);
  --accent: light-dark(#0b57d0, #9ec1ff);
  --on-accent: light-dark(#ffffff, #10131a);
  --alert: light-dark(#a4161a, #ffb3b0);
}
* { box-sizing: border-box }
body {
  margin: 0;
  background: var(--back);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.5rem; line-height: 1.25 }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0.25rem }
label { display: block; margin-top: 1rem; font-weight: 600 }
input, select, textarea {
  width: 100%;
  padding: 0.5rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  background: var(--field);
  color: var(--text);
  font: inherit;
}
textarea, pre, code { font-family: ui-monospace, monospace; font-size: 0.9rem }
pre {
  margin: 0.25rem 0;
  padding: 0.6rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  background: var(--field);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.hint { margin: 0.25rem 0 0; color: var(--quiet); font-size: 0.9rem; overflow-wrap: anywhere }
[role='alert'] {
  padding: 0.6rem;
  border: 2px solid var(--alert);
  border-radius: 0.4rem;
  color: var(--alert);
  overflow-wrap: anywhere;
}
[aria-invalid] { border-color: var(--alert) }
button {
  margin-top: 1rem;
  padding: 0.6rem 1.2rem;
  min-height: 2.75rem;
  border: 0;
  border-radius: 0.4rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`
