/** How a report looks: in light and dark, on paper and on a phone. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --surface: #fff; --ink: #1a1f26; --muted: #59636f; --line: #dce1e7; --accent: #2563c9; --code: #f1f3f6;
  --s-3: #1f6fb5; --s-2: #8fbfe3; --s-1: #f0b27a; --s-0: #b9481f; --s-none: #c3c9d0;
  --s-3-ink: #fff; --s-2-ink: #10202e; --s-1-ink: #2b1a08; --s-0-ink: #fff; --s-none-ink: #1a1f26;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --surface: #1b2027; --ink: #e6e9ed; --muted: #9aa5b1; --line: #323a44; --accent: #6ea8ff; --code: #14181e;
    --s-3: #4b9be0; --s-2: #2b5f8f; --s-1: #8a5526; --s-0: #e0713f; --s-none: #5a636e;
    --s-3-ink: #08131d; --s-2-ink: #fff; --s-1-ink: #fff; --s-0-ink: #1d0c04; --s-none-ink: #fff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, body > header { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
body > header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: .95rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0 .75rem; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: .75rem 0 0; }
small, figcaption, caption, .note, .label, dt { color: var(--muted); font-size: .85rem; }
.note, .label { margin: .25rem 0; }
bdi { overflow-wrap: anywhere; }
.letter { display: inline-block; min-width: 1.5em; padding: 0 .3em; border-radius: .3em; text-align: center; background: var(--ink); color: var(--surface); font-size: .85em; }
.scroll { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: start; padding: .5rem .75rem; }
th, td { padding: .4rem .75rem; text-align: start; vertical-align: top; border-top: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; font-size: .85rem; }
td small { display: block; }
td bdi { overflow-wrap: normal; }
tbody th { position: sticky; inset-inline-start: 0; background: var(--surface); }
figure th, figure td { padding: .3rem .5rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem; margin-top: 1rem; }
figure { margin: 0; padding: .75rem; background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; min-width: 0; }
figcaption b { display: block; color: var(--ink); font-size: .95rem; }
figure svg { width: 100%; max-width: 26rem; height: auto; margin-top: .5rem; --plot-background: var(--surface); }
figure details { margin-top: .5rem; font-size: .9rem; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem .9rem; list-style: none; padding: 0; margin: .5rem 0 0; font-size: .85rem; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: .2em; margin-inline-end: .35em; }
.s-3 { background: var(--s-3); color: var(--s-3-ink); } .s-2 { background: var(--s-2); color: var(--s-2-ink); }
.s-1 { background: var(--s-1); color: var(--s-1-ink); } .s-0 { background: var(--s-0); color: var(--s-0-ink); }
.s-none { background: var(--s-none); color: var(--s-none-ink); }
.score { display: inline-block; min-width: 1.5em; border-radius: .3em; text-align: center; font-weight: 600; font-size: .85rem; }
summary { cursor: pointer; }
summary:focus-visible, .scroll:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
section > details, .comparison > details { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; padding: .5rem .75rem; }
.comparison > details { background: var(--page); }
li { margin: .15rem 0; }
section > details[open] > summary { margin-bottom: .5rem; }
.badge { display: inline-block; margin-inline-start: .6rem; font-size: .85rem; white-space: nowrap; }
.comparison > summary > span + span { display: block; padding-inline-start: 1.1em; }
.asked { border-inline-start: 3px solid var(--line); padding-inline-start: .75rem; margin: .5rem 0 1rem; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: .75rem; }
.answers > * { min-width: 0; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .75rem; margin-bottom: .5rem; background: var(--surface); }
article header { display: flex; flex-wrap: wrap; gap: .1rem .5rem; align-items: baseline; font-size: .9rem; }
pre { margin: .4rem 0; padding: .5rem .65rem; background: var(--code); border-radius: .35rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.45 ui-monospace, monospace; max-height: 30rem; overflow-y: auto; }
.reason pre { background: none; padding: 0; margin: 0; font: inherit; font-size: .9rem; }
dl { margin: .5rem 0; font-size: .9rem; }
dl div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .1rem 1rem; padding: .2rem 0; border-top: 1px solid var(--line); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  dl div { grid-template-columns: 1fr; }
  .badge { margin-inline-start: .3rem; }
}
@media print { :root { color-scheme: light; } pre { max-height: none; } }
footer { color: var(--muted); font-size: .85rem; margin: 2.5rem 0 2rem; }
`
