/** How the sign-in pages look: one layout, and a design for each provider, light and dark. */

const BASE = `
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  font: 1rem/1.5 var(--font, system-ui, sans-serif); color: var(--text); background: var(--page); }
main { width: min(100%, 26rem); padding: clamp(1.25rem, 5vw, 2.25rem); background: var(--card);
  border: var(--edge, 1px solid var(--line)); border-radius: var(--round, 1rem);
  box-shadow: var(--shadow, none); }
.brand { margin: 0 0 1.5rem; font-weight: 800; font-size: 1.25rem; color: var(--accent); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
.tagline, .note, .email { color: var(--quiet); }
.tagline { margin: .25rem 0 1.5rem; }
.note { margin: 1.5rem 0 0; font-size: .875rem; }
ul { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: var(--gap, .5rem); }
button { font: inherit; color: inherit; cursor: pointer; width: 100%; min-height: 3rem; }
li button { display: flex; align-items: center; gap: .875rem; padding: .75rem 1rem;
  text-align: left; background: var(--row); border: 1px solid var(--line);
  border-radius: var(--row-round, .75rem); }
li button:hover, .cancel:hover { border-color: var(--accent); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.initials { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem;
  font-weight: 700; color: var(--on-accent); background: var(--accent);
  border-radius: var(--badge-round, 50%); }
.who { min-width: 0; }
.name, .email { display: block; overflow-wrap: anywhere; }
.name { font-weight: 600; }
.email { font-size: .875rem; }
.cancel { background: none; border: 1px solid transparent;
  border-radius: var(--row-round, .75rem); }
`

/** @param dark variables that differ in the dark */
function design(light: string, dark: string, more = ''): string {
  return `:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
${BASE}${more}`
}

/** Sand and water, with round stones. */
export const RIVERBEND_STYLE = design(
  '--page: #f3ead9; --card: #fffaf1; --row: #fffaf1; --line: #c9b99a; --text: #26211a;' +
    '--quiet: #655a48; --accent: #0b6a75; --on-accent: #ffffff; --round: 2rem; --row-round: 2rem',
  '--page: #12201f; --card: #1b2d2c; --row: #1b2d2c; --line: #47605d; --text: #f1ebdf;' +
    '--quiet: #b7c2bb; --accent: #6fd3d3; --on-accent: #0d1f1f',
  '.brand::after { content: ""; display: block; width: 5rem; height: .5rem; margin-top: .25rem;' +
    ' border-bottom: 3px solid var(--accent); border-radius: 0 0 50% 50%; }',
)

/** Hard edges and one cut corner. */
export const FACETS_STYLE = design(
  '--page: #ece8f7; --card: #ffffff; --row: #f6f3fd; --line: #b9aede; --text: #1d1533;' +
    '--quiet: #574c76; --accent: #5a2fc2; --on-accent: #ffffff; --round: 0; --row-round: 0;' +
    '--badge-round: 0; --edge: 2px solid #5a2fc2',
  '--page: #150f24; --card: #1f1735; --row: #291f45; --line: #57488a; --text: #efeafd;' +
    '--quiet: #b9aede; --accent: #b79bff; --on-accent: #1d1533; --edge: 2px solid #b79bff',
  '.initials { clip-path: polygon(25% 0, 75% 0, 100% 50%, 75% 100%, 25% 100%, 0 50%); }' +
    '.brand { text-transform: uppercase; letter-spacing: .2em; font-size: 1rem; }',
)

/** A map on paper, with wide rows below one another. */
export const LOOKOUT_STYLE = design(
  '--page: #e6efe4; --card: #fbfdfa; --row: transparent; --line: #c3d2bf; --text: #16241a;' +
    '--quiet: #4c6152; --accent: #1f6b3a; --on-accent: #ffffff; --round: .25rem; --gap: 0;' +
    '--row-round: 0; --badge-round: .25rem; --font: "Trebuchet MS", system-ui, sans-serif',
  '--page: #0f1a13; --card: #17251c; --row: transparent; --line: #3a5243; --text: #e8f1ea;' +
    '--quiet: #a8bfaf; --accent: #7ddb9b; --on-accent: #0f1a13',
  'li button { border-width: 0 0 1px; } li:first-child button { border-top-width: 1px; }' +
    '.brand::before { content: "\\25B2\\00A0"; }',
)

/** A light in the evening. */
export const LANTERN_STYLE = design(
  '--page: #fff3d6; --card: #fffdf7; --row: #fff7e3; --line: #e2c88a; --text: #2a1f0a;' +
    '--quiet: #6b5628; --accent: #8a4b00; --on-accent: #ffffff;' +
    '--shadow: 0 1rem 3rem #e0a53055; --font: Georgia, "Times New Roman", serif',
  '--page: #1a140a; --card: #261d0f; --row: #2f2512; --line: #5d4a22; --text: #fbf1db;' +
    '--quiet: #d3be8d; --accent: #ffc45c; --on-accent: #261d0f; --shadow: 0 0 4rem #ffc45c33',
  'main { text-align: center; } .note { font-style: italic; }',
)
