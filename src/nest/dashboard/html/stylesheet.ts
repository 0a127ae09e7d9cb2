import { Html } from './html';
import { dark, declarations, light } from './palette';

/** System fonts, no images, and both schemes from one set of names. The page's own policy forbids inline styles. */
export const stylesheet = new Html(`
:root{color-scheme:light dark;${declarations(light)};
  --text:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;--code:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}
@media (prefers-color-scheme:dark){:root{${declarations(dark)}}}
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:400 .9375rem/1.45 var(--text);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,p,dl,dd,ul{margin:0;padding:0}
ul{list-style:none}
a{color:var(--accent)}
small,.quiet{color:var(--quiet);font-size:.8125rem}
code,pre,.key,.name,h1,input[type=search],#delete-key,#delete-tag,.tags{font-family:var(--code)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
.hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[hidden]{display:none!important}
.skip{position:absolute;left:1rem;top:-4rem;padding:.5rem .875rem;background:var(--ink);color:var(--paper);border-radius:0 0 4px 4px;z-index:1}
.skip:focus{top:0}

.masthead{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;justify-content:space-between;padding:.75rem clamp(1rem,3vw,2rem) 1.125rem;position:relative}
.masthead::after{content:'';position:absolute;inset:auto 0 0;height:6px;opacity:.55;
  background:repeating-linear-gradient(100deg,var(--ink) 0 3px,transparent 3px 11px);
  -webkit-mask-image:linear-gradient(90deg,#000,transparent 72%);mask-image:linear-gradient(90deg,#000,transparent 72%)}
.wordmark{display:flex;align-items:center;gap:.5rem;font-size:1.125rem;font-weight:650;letter-spacing:.01em}
.wordmark svg{width:1.625rem;height:1.625rem}
.wing{fill:var(--ink)}
.tail{fill:var(--l2)}
.refreshing{display:flex;flex-wrap:wrap;gap:.25rem .875rem;align-items:center}

.columns{display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem clamp(1rem,3vw,2.25rem);max-width:92rem;margin:0 auto;padding:1.25rem clamp(1rem,3vw,2rem) 4rem}
@media (min-width:60rem){.columns{grid-template-columns:14.5rem minmax(0,1fr)}nav{position:sticky;top:1.25rem;align-self:start;max-height:calc(100vh - 2.5rem);overflow:auto}}
nav form{display:grid;gap:.25rem;padding:.5rem .75rem}
nav ul{display:grid;gap:1px;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr))}
nav a{display:grid;grid-template-columns:1fr auto;gap:0 .75rem;padding:.5rem .75rem;color:inherit;text-decoration:none;border-left:3px solid transparent}
nav a:hover{background:var(--sheet)}
nav a[aria-current]{background:var(--sheet);border-left-color:var(--l2)}
nav .name{font-weight:600;font-size:.8125rem;line-height:1.6}
nav .rate{font-weight:600;text-align:right}
nav .rate.quiet{font-weight:400}
nav .state{grid-column:1/-1;font-size:.75rem}

main{display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem;align-content:start}
.title{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline}
h1{font-size:clamp(1.25rem,1rem + 1.2vw,1.75rem);font-weight:600;letter-spacing:-.015em;line-height:1.2}
h2{font-size:.75rem;font-weight:650;letter-spacing:.09em;text-transform:uppercase;color:var(--quiet)}
.state{font-weight:550;white-space:nowrap}
.state.good{color:var(--good)}.state.warn{color:var(--warn)}.state.bad{color:var(--bad)}.state.quiet{font-size:inherit}
.notice{padding:.625rem .875rem;background:var(--sheet);border:1px solid var(--line);border-left:4px solid var(--l2);border-radius:3px}
.notice .state{white-space:normal}
.message{max-width:40rem;margin:2rem auto;padding:0 1rem}

.key-numbers dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));background:var(--sheet);border:1px solid var(--line);border-radius:4px;overflow:hidden}
.key-numbers dl>div{padding:.75rem 1rem .875rem;box-shadow:1px 0 0 var(--line),0 1px 0 var(--line)}
.key-numbers dt{color:var(--quiet);font-size:.8125rem}
.key-numbers b{display:block;font-size:1.625rem;font-weight:600;letter-spacing:-.02em;line-height:1.25}

.panels{display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem}
@media (min-width:48rem){.panels{grid-template-columns:repeat(6,minmax(0,1fr))}
  .traffic,.hit-rate,.l2,.latency{grid-column:span 3}.l1,.loads,.bus{grid-column:span 2}.loads:last-child{grid-column:span 4}}
.panel{display:grid;grid-template-columns:minmax(0,1fr);gap:.75rem;align-content:start;padding:.875rem 1rem 1rem;background:var(--sheet);border:1px solid var(--line);border-radius:4px}

.plot{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.25rem .5rem}
.levels{display:flex;flex-direction:column;justify-content:space-between;text-align:right;margin:-.55rem 0;min-width:3.25rem}
.strip .levels{margin:-.2rem 0}
.levels,.times{color:var(--quiet);font-size:.75rem;line-height:1.1rem}
.times{display:flex;justify-content:space-between;grid-column:2}
.ground{opacity:.22}.ground.l2{fill:var(--l2)}.ground.misses{fill:var(--miss)}
.drawing{display:block;width:100%;height:9rem}
.strip>svg{display:block;width:100%;height:1.75rem;background:var(--paper)}
.grid,.base{fill:none;stroke:var(--line);vector-effect:non-scaling-stroke}
.grid{stroke-dasharray:2 4}
.base{stroke:var(--quiet)}
.curve{fill:none;stroke:var(--l1);stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.below{fill:var(--l1);opacity:.13}
.area.l1{fill:var(--l1)}.area.l2{fill:url(#bars)}.area.misses{fill:url(#dots)}
.hatch{fill:none;stroke-width:2}
.hatch.l2{stroke:var(--l2)}.hatch.bad{stroke:var(--bad)}
.dot{fill:var(--miss)}
.period.up{fill:var(--good)}.period.recovering{fill:var(--l2)}.period.down{fill:url(#outage);stroke:var(--bad);vector-effect:non-scaling-stroke}
.origin{display:grid;gap:.5rem}
.origin>svg{display:block;width:100%;height:.625rem}
.trough{fill:var(--line);opacity:.5}
.origin ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.8125rem}
.swatch{width:.75rem;height:.75rem;vertical-align:-.09em;border:1px solid var(--quiet)}

.facts{display:grid}
.facts>div{display:flex;justify-content:space-between;gap:1rem;padding:.25rem 0;border-top:1px solid var(--line)}
.facts>div:first-child{border-top:0}
.facts dt{color:var(--quiet)}
.facts dd{text-align:right;font-weight:550}
.facts small{font-weight:400}

.scroll{position:relative;overflow:auto;max-height:34rem}
.scroll thead th{position:sticky;top:0;background:var(--sheet);box-shadow:0 1px 0 var(--line)}
table{width:100%;border-collapse:collapse;font-size:.875rem}
caption{text-align:left;color:var(--quiet);font-size:.8125rem;padding-bottom:.375rem}
th,td{padding:.3125rem .75rem .3125rem 0;text-align:right;vertical-align:baseline;font-weight:400;white-space:nowrap;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--quiet);font-size:.75rem}
th:first-child{text-align:left}
th:last-child,td:last-child{padding-right:0}
.tags{overflow-wrap:anywhere}
.wide{white-space:normal;text-align:left;min-width:9rem}
.where{color:var(--quiet)}
.spread{width:30%;min-width:7rem}
.shape{display:block;width:100%;min-width:7rem;max-width:14rem;height:1.125rem;margin-left:auto}
.fill.l1{fill:var(--l1)}.fill.l2{fill:var(--l2)}.fill.loads{fill:var(--miss)}
summary{cursor:pointer;color:var(--accent);font-size:.8125rem;width:fit-content;padding:.125rem 0}
.numbers[open]>summary{margin-bottom:.375rem}
pre{margin:.25rem 0 0;padding:.5rem .625rem;max-width:40rem;max-height:18rem;overflow:auto;background:var(--paper);border-radius:3px;font-size:.8125rem;white-space:pre-wrap}

.tools{display:grid;gap:.875rem 1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr))}
label{display:block;margin-bottom:.25rem;color:var(--quiet);font-size:.8125rem}
.field{display:flex;gap:.375rem}
input{flex:1;min-width:0;padding:.375rem .625rem;font-size:.875rem;color:inherit;background:var(--paper);border:1px solid var(--quiet);border-radius:4px}
button{padding:.375rem .75rem;font:inherit;font-size:.875rem;color:var(--accent);background:transparent;border:1px solid currentColor;border-radius:4px;cursor:pointer}
button:hover,button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--sheet)}
td button{padding:.0625rem .5rem;font-size:.8125rem}
.danger{color:var(--bad)}
.danger:hover{background:var(--bad);border-color:var(--bad)}
.clear-namespace form{display:grid;gap:.625rem;justify-items:start;max-width:40rem;margin-top:.375rem;padding:.75rem .875rem;border:1px solid var(--bad);border-radius:4px}
@media (prefers-reduced-motion:no-preference){button,nav a{transition:background-color .12s,color .12s}}
@media (forced-colors:active){.area.l1,.curve{fill:CanvasText}.curve{fill:none;stroke:CanvasText}.hatch{stroke:CanvasText}.dot{fill:CanvasText}}
@media print{.refreshing,.tools,form,.skip{display:none}}
`);
