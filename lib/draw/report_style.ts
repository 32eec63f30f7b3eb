/**
 * How a report looks.
 *
 * @module
 */
import { Markup } from "./markup.ts";

/** A style sheet: on phone and desktop, light and dark, on screen and on paper. */
export const reportStyle = new Markup(`
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --card: #ffffff; --ink: #1c1f23; --quiet: #5a6270; --line: #e1e3e6;
  --good: #00704f; --bad: #a63e00; --loud: #ffe3cc; --accent: #00629b; --wrong: #d55e00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --card: #1b1e23; --ink: #e6e8eb; --quiet: #a0a8b4; --line: #31363d;
    --good: #3fc79a; --bad: #ff9c5c; --loud: #4a2610; --accent: #6cb8ea; --wrong: #e8843c;
  }
  .mistakes .ink { filter: invert(0.9); }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 1rem; }
p { margin: 0 0 1rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.eyebrow, .note, nav, caption, dt, summary { color: var(--quiet); font-size: 0.875rem; }
.eyebrow { margin: 0 0 0.25rem; overflow-wrap: anywhere; }
.banner {
  background: var(--loud); border: 2px solid var(--wrong); border-radius: 0.5rem;
  padding: 0.9rem 1.1rem; margin-bottom: 1.75rem;
}
.banner strong { display: block; font-size: 1.25rem; line-height: 1.3; }
.headline { font-size: 1.15rem; margin: 1.25rem 0 0.5rem; overflow-wrap: anywhere; }
.headline strong {
  display: block; font-size: clamp(2.75rem, 11vw, 4.25rem); line-height: 1.1; font-weight: 650;
  letter-spacing: -0.03em;
}
.gate { font-weight: 600; margin-bottom: 0.25rem; }
header .facts { margin-top: 1.75rem; }
.passed { color: var(--good); }
.failed { color: var(--bad); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 2rem 0 0; }
section { margin-top: 2.5rem; padding-top: 1.75rem; border-top: 1px solid var(--line); }
.facts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
  gap: 1rem 1.5rem; margin: 0 0 1.25rem;
}
dd { margin: 0; }
.facts dd { overflow-wrap: anywhere; }
header .facts dd { font-size: 1.15rem; font-weight: 600; }
.beside {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr));
  gap: 1.25rem; align-items: start; margin-bottom: 1rem;
}
.pair { display: grid; gap: 1.25rem 2rem; align-items: start; }
@media (min-width: 52rem) { .pair { grid-template-columns: 1fr 1fr; } }
.chart {
  margin: 0; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.5rem;
}
.chart figcaption { font-weight: 600; font-size: 0.9375rem; margin-bottom: 0.5rem; }
.chart svg { display: block; width: 100%; max-width: 32rem; margin: 0 auto; }
.wide { margin-bottom: 1.25rem; }
.wide svg { max-width: none; }
.scroll { overflow-x: auto; margin-bottom: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; }
caption { text-align: left; padding-bottom: 0.4rem; }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; text-align: left; border-bottom: 1px solid var(--line); }
th { font-weight: 500; }
thead th { color: var(--quiet); font-size: 0.8125rem; vertical-align: bottom; }
.numbers td, .numbers thead th:not(:first-child) {
  white-space: nowrap; text-align: right; padding-right: 0; padding-left: 0.75rem;
}
.text td { overflow-wrap: anywhere; }
summary { cursor: pointer; padding: 0.25rem 0; }
.bar { display: inline-block; width: 5rem; margin-right: 0.5rem; }
.bar i, .mistakes i { display: block; height: 0.5rem; border-radius: 0.25rem; min-width: 1px; }
.bar i { background: var(--accent); }
.mistakes {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
  gap: 0.75rem; padding: 0; margin: 0 0 1rem; list-style: none;
}
.mistakes li {
  background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem;
  break-inside: avoid;
}
.mistakes img {
  display: block; width: 100%; max-width: 7rem; height: auto; margin: 0 auto 0.5rem;
  image-rendering: pixelated;
}
.mistakes p { margin: 0 0 0.4rem; font-size: 0.9375rem; text-align: center; }
.mistakes dl { margin: 0; font-size: 0.75rem; }
.mistakes dl div {
  display: grid; grid-template-columns: minmax(0.75rem, auto) 1fr 3.2rem; gap: 0.4rem; align-items: center;
}
.mistakes dt { font-size: inherit; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mistakes dd:last-child { text-align: right; }
.mistakes i { background: var(--wrong); }
.mistakes .right i { background: var(--good); }
@media print {
  body { max-width: none; padding: 0; background: none; font-size: 0.85rem; }
  nav { display: none; }
  figure, table { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`);
