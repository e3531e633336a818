# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page's template. Below 720 px the table becomes a list of cards; details are open on paper."""

from __future__ import annotations

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1f26; --soft: #56606d; --line: #d5dae1; --page: #f5f6f8; --card: #fff;
  --bad: #b3160c; --warn: #8a5200; --good: #17692f; --calm: #2b5a9c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --soft: #9da7b4; --line: #333c47; --page: #12161b; --card: #1b2129;
    --bad: #ff8a80; --warn: #f0b45c; --good: #74d18d; --calm: #8ab6f5; } }
* { box-sizing: border-box; } html { font-size: 15px; }
body { margin: 0; padding: 1.5rem; background: var(--page); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
main { max-width: 1500px; margin: 0 auto; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.8rem 0 .6rem; }
time, .soft { color: var(--soft); font-size: .87rem; }
.summary { font-size: 1.1rem; font-weight: 600; margin: .8rem 0; }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; margin: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .35rem .8rem; }
.tiles b { font-size: 1.15rem; font-variant-numeric: tabular-nums; margin-left: .3rem; }
.v { font-weight: 600; white-space: nowrap; }
.overdue, .failed, .never_reported { color: var(--bad); }
.unsupported, .action, .unknown { color: var(--warn); }
.due { color: var(--calm); } .ok { color: var(--good); }
.steps { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .2rem 1rem; margin: 0; }
.steps div { padding: .6rem 0; border-top: 1px solid var(--line); } .steps div:first-child { border-top: 0; }
.steps dt { display: inline; } .steps dd { margin: .2rem 0 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; padding: .5rem .6rem; border-top: 1px solid var(--line); }
thead th { font-size: .8rem; color: var(--soft); white-space: nowrap; border-top: 0; }
tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 15rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.d { white-space: nowrap; font-variant-numeric: tabular-nums; }
.sub { display: block; color: var(--soft); font-weight: 400; font-size: .85rem; }
details { margin-top: .25rem; } summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
ul.f { margin: .3rem 0 0; padding-left: 1.1rem; font-size: .88rem; } code { font-size: .92em; overflow-wrap: anywhere; }
@media (max-width: 720px) {
  body { padding: .8rem; } thead { display: none; } table { background: none; border: 0; }
  tr { display: block; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
    margin: 0 0 .7rem; padding: .5rem .8rem; }
  tbody th, td, td.n { display: grid; grid-template-columns: 6.5rem 1fr; gap: .4rem; padding: .15rem 0; border: 0;
    text-align: left; }
  td::before { content: attr(data-label); color: var(--soft); font-size: .85rem; font-weight: 400; }
  tbody th { display: block; font-size: 1.05rem; min-width: 0; } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #333; --line: #999; --page: #fff; --card: #fff;
    --bad: #000; --warn: #000; --good: #000; --calm: #000; }
  @page { size: A4 landscape; margin: 12mm; } html { font-size: 10px; } body { padding: 0; }
  h2 { break-after: avoid; } tr, .steps div { break-inside: avoid; }
  thead { display: table-header-group; } details::details-content { content-visibility: visible; height: auto; } }
"""

PAGE = (
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generated" content="{{ generated }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ fleet.title }}: {{ fleet.summary }}</title>
<style>"""
    + _STYLE
    + """</style>
</head>
<body>
<main>
<header>
<h1>{{ fleet.title }}</h1>
<time datetime="{{ generated }}">As of {{ generated[:10] }} {{ generated[11:16] }} UTC</time>
<p class="summary">{{ fleet.summary }}</p>
<ul class="tiles">
{% for verdict in verdicts if counts[verdict] %}
<li><span class="v {{ verdict }}">{{ signs[verdict] }} {{ verdict | words }}</span><b>{{ counts[verdict] }}</b></li>
{% endfor %}
</ul>
</header>
{% if fleet.steps %}
<h2>What to do next</h2>
<dl class="steps">
{% for (verdict, step), hosts in fleet.steps.items() %}
<div><dt><span class="v {{ verdict }}">{{ signs[verdict] }} {{ verdict | words }}</span> {{ step | commands }}</dt>
<dd class="soft">{% if hosts | length > 1 %}{{ hosts | length }} hosts: {% endif %}{{ hosts | join(", ") }}</dd></div>
{% endfor %}
</dl>
{% endif %}
<h2>Product instances</h2>
<table>
<thead><tr><th scope="col">Host</th><th scope="col">Verdict</th><th scope="col">Release</th>
<th scope="col">Topology</th>
<th scope="col" class="n">APs</th><th scope="col" class="n">Waiting</th><th scope="col">Last ACK</th>
<th scope="col">ACK deadline</th><th scope="col">Trust</th><th scope="col">Next step</th></tr></thead>
<tbody>
{% for row in fleet.rows %}
<tr>
<th scope="row">{{ row.host }}
{% if row.pid %}
<span class="sub">{{ row.pid }} {{ serial_words(row) }}</span>
{% endif %}
{% if row.smart_account %}
<span class="sub">{{ row.smart_account }} / {{ row.virtual_account | known }}</span>
{% endif %}
{% if row.same_as %}
<span class="sub">same product instance as {{ row.same_as }}, not counted</span>
{% endif %}
</th>
<td data-label="Verdict">
<span class="v {{ row.verdict }}">{{ signs[row.verdict] }} {{ row.verdict | words }}</span></td>
<td data-label="Release" class="d"><span>{{ row.release | known }}
{% if row.platform and row.platform not in (row.pid or "") %}
<span class="sub">{{ row.platform }}</span>
{% endif %}
</span></td>
<td data-label="Topology">{{ row.topology | known }}</td>
<td data-label="APs" class="n">{{ row.aps | known }}</td>
<td data-label="Waiting" class="n">{{ row.reports_waiting | known }}</td>
<td data-label="Last ACK" class="d">{{ last_ack_words(row) }}</td>
<td data-label="ACK deadline" class="d"><span>
{% if row.deadline %}
{{ row.deadline[:10] }} <span class="sub">{{ days_words(row) }}</span>
{% else %}
{{ "?" if row.overdue is none else "none" }}
{% endif %}
</span></td>
<td data-label="Trust" class="d">{{ trust_words(row) }}</td>
<td data-label="Next step"><span>{{ row.next_step | commands }}
{% if row.findings %}
<details><summary>{{ row.findings | length }} finding{{ "s" if row.findings | length > 1 }}</summary><ul class="f">
{% for finding in row.findings %}
<li><b>{{ finding.severity }}</b>: {{ finding.text | commands }}
{% if finding.remedy not in ("", row.next_step) %}
&rarr; {{ finding.remedy | commands }}
{% endif %}
</li>
{% endfor %}
</ul></details>
{% endif %}
</span></td>
</tr>
{% endfor %}
</tbody>
</table>
<p class="soft">Reported: CSSM has a report of this period. Acknowledged: an ACK is installed and its deadline has not
passed. Overdue: the deadline has passed. Waiting: usage reports without ACK. Trust: trust codes of UDIs.
?: not known.</p>
</main>
</body>
</html>
"""
)
