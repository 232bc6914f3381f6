import { trustMarkup } from './html.ts'

// Colours after Okabe and Ito, darkened for paper white and lightened for dark, each with 3:1 contrast or more.
const light = `
--paper: #fff; --panel: #f7f7f5; --ink: #1c1f23; --soft: #5a626b; --line: #dcdfe2; --grid: #e8eaec;
--series-1: #0067ab; --series-2: #c24d00; --series-3: #007a5e; --series-4: #a0408a;
--series-1-soft: #7fb3d5; --series-2-soft: #e3a680; --series-3-soft: #80bdae; --series-4-soft: #d09fc4; --event: #6b4fa0;
--good: #00694f; --good-back: #e3f3ee; --bad: #b3261e; --bad-back: #fbe9e7; --warn: #8a5a00; --link: #0060a0;`
const dark = `
--paper: #15181c; --panel: #1d2126; --ink: #e6e8ea; --soft: #a2abb4; --line: #343a41; --grid: #2a2f35;
--series-1: #5db5f0; --series-2: #f2955c; --series-3: #3ecfa5; --series-4: #dd8fcb;
--series-1-soft: #35678a; --series-2-soft: #8a5636; --series-3-soft: #2a7a64; --series-4-soft: #7d5474; --event: #b7a1e6;
--good: #5cd6b0; --good-back: #14322a; --bad: #ff8f85; --bad-back: #3d1d1b; --warn: #f0b849; --link: #7cc0f5;`

/** The report's only style sheet. Figures stand two in a row where there is room, and are never cut on paper. */
export const reportStyle = trustMarkup(`
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif; font-size: 16px; }
main { max-width: 1080px; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
h1, h2, .headline, .tiles dd:not(.hint) { font-family: Charter, 'Bitstream Charter', 'Sitka Text', Cambria, Georgia, serif; }
h1 { font-size: clamp(1.9rem, 5vw, 2.6rem); line-height: 1.15; margin: .1rem 0 1rem; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .6rem; }
h2 small { font-size: .65em; color: var(--soft); font-weight: 400; }
h3 { font-size: .95rem; font-weight: 600; margin: 1.9rem 0 .3rem; }
p { margin: 0 0 .8rem; max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
section { margin-top: 3.2rem; padding-top: 1.6rem; border-top: 1px solid var(--line); }
.eyebrow { color: var(--soft); font-size: .88rem; margin: 0; }
.headline { font-size: 1.25rem; line-height: 1.5; max-width: 50rem; margin-bottom: 1.8rem; }
.badge { display: inline-block; font: 600 .82rem/1 system-ui, sans-serif; padding: .38em .7em; border-radius: 1em;
  vertical-align: .14em; margin-right: .3em; white-space: nowrap; border: 1px solid currentColor; }
.badge.good { color: var(--good); background: var(--good-back); }
.badge.bad { color: var(--bad); background: var(--bad-back); }
.badge.plain { color: var(--soft); background: var(--panel); }
.mark { white-space: nowrap; }
.mark.good > span { color: var(--good); font-weight: 700; }
.mark.bad, .mark.bad > span { color: var(--bad); font-weight: 700; }
.mark.warn, .mark.warn > span { color: var(--warn); font-weight: 700; }
.hint { color: var(--soft); font-size: .85rem; }
small { color: var(--soft); font-size: .92em; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); margin: 0; border: 1px solid var(--line); border-radius: 8px;
  background: var(--panel); }
.tiles > div { padding: .9rem 1.1rem 1rem; border-left: 1px solid var(--line); }
.tiles > div:first-child { border-left: 0; }
.tiles dt { font-size: .82rem; color: var(--soft); }
.tiles dd { margin: 0; }
.tiles dd:not(.hint) { font-size: 1.9rem; line-height: 1.25; font-variant-numeric: lining-nums tabular-nums; }
.tiles dd small { font-size: 1rem; }
nav { margin-top: 1.6rem; font-size: .9rem; line-height: 2; }
nav a { margin-right: .9rem; white-space: nowrap; }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2rem 2.2rem; margin: 1.6rem 0 2rem; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: .85rem; line-height: 1.4; color: var(--soft); }
figcaption strong { display: block; font-size: 1rem; color: var(--ink); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; margin: .45rem 0 0; font-size: .85rem; }
.legend li { overflow-wrap: anywhere; }
.legend svg { width: 28px; height: 10px; margin-right: .45em; }
.chart { display: block; width: 100%; height: auto; overflow: visible; margin-top: .3rem; color: var(--soft);
  font-family: inherit; font-variant-numeric: tabular-nums; }
.chart text { white-space: pre; }
.chart [aria-label="y-grid"] { stroke: var(--grid); stroke-opacity: 1; }
.chart [aria-label="x-axis tick"], .chart [aria-label="y-axis tick"] { stroke: var(--line); }
details { margin-top: .2rem; font-size: .85rem; }
summary { cursor: pointer; color: var(--link); width: max-content; }
.scroll { overflow-x: auto; max-width: 100%; }
details .scroll { max-height: 22rem; overflow-y: auto; border: 1px solid var(--line); border-radius: 6px; padding: 0 .6rem; margin-top: .4rem; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: lining-nums tabular-nums; margin: .2rem 0 .4rem; }
#summary > .scroll > table { width: 100%; }
.caption { color: var(--soft); font-size: .82rem; margin: .2rem 0 .2rem; }
details .caption { display: none; }
thead th:first-child, tbody th { position: sticky; left: 0; background: var(--paper); }
thead th:first-child { z-index: 1; }
th, td { padding: .36rem .7rem .36rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; color: var(--soft); vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 500; }
td.text, th.text { min-width: 5.5rem; overflow-wrap: break-word; max-width: 34rem; }
.number { text-align: right; white-space: nowrap; }
.number + .text { padding-left: .6rem; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2.2rem; }
.events ol { margin: .2rem 0; padding-left: 1.4rem; }
.events li::marker { color: var(--event); font-weight: 700; }
.events .time { color: var(--soft); font-variant-numeric: tabular-nums; }
.events h3 { margin-top: 1rem; }
.reasons { margin: 0; padding-left: 1.2rem; max-width: 46rem; }
.glossary { display: grid; grid-template-columns: repeat(2, 1fr); gap: .9rem 2.2rem; margin: 0; font-size: .9rem; }
.glossary dt { font-weight: 600; }
.glossary dd { margin: 0; color: var(--soft); }
@media screen and (max-width: 760px) {
  main { padding: 1.6rem 1rem 3rem; }
  .figures, .glossary, .pair { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .figures { gap: 2rem; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .tiles > div:nth-child(odd) { border-left: 0; }
  .tiles > div:nth-child(n + 3) { border-top: 1px solid var(--line); }
  .headline { font-size: 1.12rem; }
  .chart text { font-size: 15px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  body { font-size: 9.5pt; line-height: 1.45; }
  .chart { width: 88%; }
  .run p { max-width: none; }
  main { max-width: none; padding: 0; }
  nav, details { display: none; }
  section { margin-top: 1.6rem; padding-top: 1rem; }
  .run { break-before: page; border-top: 0; margin-top: 0; padding-top: 0; }
  .figures { gap: .7rem 1.4rem; margin: .9rem 0; }
  figure, tr, .tiles, .events, .reasons, .glossary > div { break-inside: avoid; }
  h2, h3, .caption, thead, h3 + p { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  h3 { margin-top: 1.1rem; }
  th, td { padding: .22rem .5rem .22rem 0; }
  a { color: inherit; text-decoration: none; }
}
`)
