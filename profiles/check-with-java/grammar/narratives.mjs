// Narratives in both formats, element by element and attribute by attribute; and XML itself.

import { XHTML, patient } from "./words.mjs";

const divs = {
  plain: `<div xmlns="${XHTML}">x</div>`, "no namespace": "<div>x</div>", "other namespace": '<div xmlns="http://example.org/x">x</div>',
  "namespace again": `<div xmlns="${XHTML}"><p xmlns="${XHTML}">x</p></div>`,
  "other namespace inside": `<div xmlns="${XHTML}"><p xmlns="http://example.org/x">x</p></div>`,
  "FHIR namespace inside": `<div xmlns="${XHTML}"><p xmlns="http://hl7.org/fhir">x</p></div>`,
  "no namespace inside": `<div xmlns="${XHTML}"><p xmlns="">x</p></div>`,
  "unused prefix": `<div xmlns="${XHTML}" xmlns:a="http://example.org/a">x</div>`,
  "unused prefix inside": `<div xmlns="${XHTML}"><p xmlns:a="http://example.org/a">x</p></div>`,
  "prefix of XHTML": `<h:div xmlns:h="${XHTML}">x</h:div>`, "prefix of XHTML inside": `<div xmlns="${XHTML}" xmlns:h="${XHTML}"><h:p>x</h:p></div>`,
  "prefixed element": `<div xmlns="${XHTML}" xmlns:a="http://example.org/a"><a:p>x</a:p></div>`,
  "undeclared prefix": `<div xmlns="${XHTML}"><a:p>x</a:p></div>`,
  "prefixed attribute": `<div xmlns="${XHTML}" xmlns:a="http://example.org/a"><p a:b="c">x</p></div>`,
  empty: `<div xmlns="${XHTML}"></div>`, "empty, closed": `<div xmlns="${XHTML}"/>`, "white space": `<div xmlns="${XHTML}"> \n </div>`,
  "no-break space": `<div xmlns="${XHTML}">\u00a0</div>`, "entity for it": `<div xmlns="${XHTML}">&#160;</div>`,
  "empty paragraph": `<div xmlns="${XHTML}"><p/></div>`, "image alone": `<div xmlns="${XHTML}"><img src="data:image/png;base64,YWJj" alt="a"/></div>`,
  "image without alt": `<div xmlns="${XHTML}"><img src="data:image/png;base64,YWJj"/></div>`,
  "image elsewhere": `<div xmlns="${XHTML}"><img src="http://example.org/a.png" alt="a"/></div>`,
  "image without src": `<div xmlns="${XHTML}"><img alt="a"/>x</div>`, "line alone": `<div xmlns="${XHTML}"><hr/></div>`,
  "break alone": `<div xmlns="${XHTML}"><br/></div>`, "comment alone": `<div xmlns="${XHTML}"><!-- x --></div>`,
  "named entity of XML": `<div xmlns="${XHTML}">a &amp; b &lt; c &gt; &quot; &apos;</div>`, nbsp: `<div xmlns="${XHTML}">a&nbsp;b</div>`,
  copy: `<div xmlns="${XHTML}">&copy;</div>`, eacute: `<div xmlns="${XHTML}">&eacute;</div>`, "unknown entity": `<div xmlns="${XHTML}">&foo;</div>`,
  "number of a character": `<div xmlns="${XHTML}">&#233;&#xe9;</div>`, "number of a control character": `<div xmlns="${XHTML}">a&#1;</div>`,
  "number of nothing": `<div xmlns="${XHTML}">a&#0;</div>`, "bare ampersand": `<div xmlns="${XHTML}">a & b</div>`,
  "bare less than": `<div xmlns="${XHTML}">a < b</div>`, "bare greater than": `<div xmlns="${XHTML}">a > b</div>`,
  "tab and line": `<div xmlns="${XHTML}">a\tb\nc</div>`, "control character": `<div xmlns="${XHTML}">a\u0001b</div>`,
  "delete": `<div xmlns="${XHTML}">a\u007fb</div>`, "next line": `<div xmlns="${XHTML}">a\u0085b</div>`,
  "zero width": `<div xmlns="${XHTML}">a\u200bb</div>`, "right to left": `<div xmlns="${XHTML}">a\u202eb</div>`,
  "beyond the plane": `<div xmlns="${XHTML}">👶</div>`,
  script: `<div xmlns="${XHTML}"><script>a()</script>x</div>`, "event": `<div xmlns="${XHTML}"><p onclick="a()">x</p></div>`,
  "javascript link": `<div xmlns="${XHTML}"><a href="javascript:a()">x</a></div>`,
  form: `<div xmlns="${XHTML}"><form action="a"><input/></form>x</div>`, object: `<div xmlns="${XHTML}"><object>x</object></div>`,
  iframe: `<div xmlns="${XHTML}"><iframe src="a">x</iframe></div>`, "style element": `<div xmlns="${XHTML}"><style>p{}</style>x</div>`,
  "style attribute": `<div xmlns="${XHTML}"><p style="color:red">x</p></div>`, "link element": `<div xmlns="${XHTML}"><link href="a"/>x</div>`,
  head: `<div xmlns="${XHTML}"><head><title>a</title></head>x</div>`, button: `<div xmlns="${XHTML}"><button>x</button></div>`,
  svg: `<div xmlns="${XHTML}"><svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg></div>`,
  base: `<div xmlns="${XHTML}"><base href="a"/>x</div>`,
  "unknown element": `<div xmlns="${XHTML}"><foo>x</foo></div>`, "unknown attribute": `<div xmlns="${XHTML}"><p foo="a">x</p></div>`,
  "data attribute": `<div xmlns="${XHTML}"><p data-a="a">x</p></div>`, "aria attribute": `<div xmlns="${XHTML}"><p aria-label="a">x</p></div>`,
  role: `<div xmlns="${XHTML}"><p role="note">x</p></div>`, "capitals": `<DIV xmlns="${XHTML}">x</DIV>`,
  "capitals inside": `<div xmlns="${XHTML}"><P>x</P></div>`, "attribute in capitals": `<div xmlns="${XHTML}"><p CLASS="a">x</p></div>`,
  "HTML 5": `<div xmlns="${XHTML}"><section>x</section></div>`, "old HTML": `<div xmlns="${XHTML}"><font color="red">x</font></div>`,
  center: `<div xmlns="${XHTML}"><center>x</center></div>`, u: `<div xmlns="${XHTML}"><u>x</u></div>`,
  video: `<div xmlns="${XHTML}"><video src="a"/>x</div>`,
  "not closed": `<div xmlns="${XHTML}">x`, "closed wrongly": `<div xmlns="${XHTML}"><p>x</div>`,
  "attribute without quotes": `<div xmlns="${XHTML}"><p class=a>x</p></div>`,
  "attribute without value": `<div xmlns="${XHTML}"><td nowrap>x</td></div>`,
  "attribute twice": `<div xmlns="${XHTML}"><p class="a" class="b">x</p></div>`, "single quotes": `<div xmlns='${XHTML}'><p class='a'>x</p></div>`,
  "two roots": `<div xmlns="${XHTML}">x</div><div xmlns="${XHTML}">y</div>`, "another root": `<p xmlns="${XHTML}">x</p>`,
  "text before": `x<div xmlns="${XHTML}">x</div>`, "white space before": ` <div xmlns="${XHTML}">x</div> `,
  "comment before": `<!-- a --><div xmlns="${XHTML}">x</div>`, "declaration before": `<?xml version="1.0"?><div xmlns="${XHTML}">x</div>`,
  "doctype before": `<!DOCTYPE div><div xmlns="${XHTML}">x</div>`, "processing instruction": `<div xmlns="${XHTML}"><?a b?>x</div>`,
  "CDATA": `<div xmlns="${XHTML}"><![CDATA[a < b]]></div>`, "not XML": "x", nothing: "",
  "link to an id": `<div xmlns="${XHTML}"><a href="#a">x</a><p id="a">y</p></div>`,
  "link to no id": `<div xmlns="${XHTML}"><a href="#none">x</a></div>`,
  "link elsewhere": `<div xmlns="${XHTML}"><a href="http://example.org/a">x</a></div>`,
  "mail link": `<div xmlns="${XHTML}"><a href="mailto:a@b.c">x</a></div>`, "relative link": `<div xmlns="${XHTML}"><a href="Patient/1">x</a></div>`,
  "name of an anchor": `<div xmlns="${XHTML}"><a name="a">x</a><a href="#a">y</a></div>`,
  "id twice": `<div xmlns="${XHTML}"><p id="a">x</p><p id="a">y</p></div>`, "paragraph in a paragraph": `<div xmlns="${XHTML}"><p><p>x</p></p></div>`,
  "div in a paragraph": `<div xmlns="${XHTML}"><p><div>x</div></p></div>`,
  "list in a paragraph": `<div xmlns="${XHTML}"><p><ul><li>x</li></ul></p></div>`,
  "table": `<div xmlns="${XHTML}"><table><tr><td>x</td></tr></table></div>`,
  "table with parts": `<div xmlns="${XHTML}"><table><thead><tr><th scope="col">x</th></tr></thead><tbody><tr><td colspan="2">x</td></tr></tbody></table></div>`,
  "language": `<div xmlns="${XHTML}" lang="vi" xml:lang="vi">x</div>`, "two languages": `<div xmlns="${XHTML}" lang="vi" xml:lang="en">x</div>`,
  "language alone": `<div xmlns="${XHTML}" lang="vi">x</div>`,
};

const names = "a abbr acronym address area applet article aside audio b basefont bdi bdo big blockquote body br button canvas caption center cite code col colgroup data dd del details dfn dialog dir dl dt em embed fieldset figcaption figure font footer frame h1 h6 header hr html i img input ins isindex kbd label legend li main map mark menu meta nav noscript ol optgroup option p param picture pre progress q rp rt ruby s samp select small source span strike strong sub summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul var wbr".split(" ");
const attributes = "abbr accesskey align alt axis bgcolor border cellpadding cellspacing char charoff charset cite class cols colspan compact coords datetime dir height href hreflang id ismap lang longdesc name nohref noshade nowrap onload rel rev rows rowspan rules scope shape size span src start style summary tabindex target title type usemap valign value width".split(" ");

export function* narratives() {
  const parts = { li: ["<ul>", "</ul>"], dt: ["<dl>", "</dl>"], dd: ["<dl>", "</dl>"], td: ["<table><tr>", "</tr></table>"],
    th: ["<table><tr>", "</tr></table>"], tr: ["<table>", "</table>"],
    ...Object.fromEntries(["caption", "col", "colgroup", "thead", "tbody",
      "tfoot"].map((name) => [name, ["<table>", "<tr><td>y</td></tr></table>"]])) };
  for (const name of names) {
    const [before, after] = parts[name] ?? ["", ""];
    const inner = { ul: "<li>x</li>", ol: "<li>x</li>", dl: "<dt>x</dt>", table: "<tr><td>x</td></tr>", tr: "<td>x</td>",
      thead: "<tr><td>x</td></tr>", tbody: "<tr><td>x</td></tr>", tfoot: "<tr><td>x</td></tr>", colgroup: "<col/>",
      map: '<area shape="rect" alt="a"/>', dir: "<li>x</li>",
      menu: "<li>x</li>" }[name] ?? (/^(area|basefont|br|col|embed|frame|hr|img|input|isindex|link|meta|param|source|track|wbr)$/.test(name) ? "" : "x");
    yield { feature: "narrative: elements", name,
      resource: patient({ text: { status: "generated", div: `<div xmlns="${XHTML}">z${before}<${name}>${inner}</${name}>${after}</div>` } }) };
  }
  for (const name of attributes) for (const holder of ["p", "a", "img", "td"]) {
    const [before, after] = parts[holder] ?? ["", ""];
    const value = { href: "http://example.org/a", src: "data:image/png;base64,YWJj", lang: "vi" }[name] ?? "a";
    yield { feature: "narrative: attributes", name: `${name} of ${holder}`,
      resource: patient({ text: { status: "generated",
        div: `<div xmlns="${XHTML}">z${before}<${holder} ${name}="${value}">${holder === "img" ? "" : "x"}</${holder}>${after}</div>` } }) };
  }
  for (const [name, div] of Object.entries(divs)) {
    yield { feature: "narrative in JSON", name, resource: patient({ text: { status: "generated", div } }) };
    if (!/nothing|not XML|text before/.test(name)) yield { feature: "narrative in XML", name,
      resource: `<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/>${div}</text><gender value="male"/></Patient>` };
    if (/^(plain|empty|script|no namespace|white space|image alone)$/.test(name)) yield { feature: "narrative of a section", name,
      resource: { resourceType: "Composition", status: "final", type: { text: "t" }, date: "2026", author: [{ display: "a" }], title: "t",
        section: [{ title: "s", text: { status: "generated", div } }] } };
  }
  const ok = divs.plain;
  const odd = { "no status": { div: ok }, "no div": { status: "generated" }, "unknown status": { status: "made", div: ok },
    "empty status with empty div": { status: "empty", div: divs.empty }, "list of divs": { status: "generated", div: [ok] },
    "extension on div": { status: "generated", div: ok, _div: { extension: [{ url: "http://example.org/x", valueCode: "a" }] } } };
  for (const [name, text] of Object.entries(odd)) yield { feature: "narrative in JSON", name: `whole: ${name}`, resource: patient({ text }) };
  const xml = { "other prefix": `<f:Patient xmlns:f="http://hl7.org/fhir"><f:gender value="male"/></f:Patient>`,
    "other prefix with narrative": `<f:Patient xmlns:f="http://hl7.org/fhir"><f:text><f:status value="generated"/>${ok}</f:text></f:Patient>`,
    "no namespace": `<Patient><gender value="male"/></Patient>`,
    "other namespace": `<Patient xmlns="http://example.org/x"><gender value="male"/></Patient>`,
    "other namespace inside": `<Patient xmlns="http://hl7.org/fhir"><gender xmlns="http://example.org/x" value="male"/></Patient>`,
    "namespace again": `<Patient xmlns="http://hl7.org/fhir"><gender xmlns="http://hl7.org/fhir" value="male"/></Patient>`,
    "unused prefix": `<Patient xmlns="http://hl7.org/fhir" xmlns:a="http://example.org/a"><gender value="male"/></Patient>`,
    "prefix of the schema": `<Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir patient.xsd"><gender value="male"/></Patient>`,
    "unknown attribute": `<Patient xmlns="http://hl7.org/fhir"><gender value="male" a="b"/></Patient>`,
    "attribute on the root": `<Patient xmlns="http://hl7.org/fhir" id="a"><gender value="male"/></Patient>`,
    "text between": `<Patient xmlns="http://hl7.org/fhir">x<gender value="male"/></Patient>`,
    "text in an element": `<Patient xmlns="http://hl7.org/fhir"><gender value="male">x</gender></Patient>`,
    "wrong order": `<Patient xmlns="http://hl7.org/fhir"><birthDate value="2000"/><gender value="male"/></Patient>`,
    "apart": `<Patient xmlns="http://hl7.org/fhir"><name><text value="a"/></name><gender value="male"/><name><text value="b"/></name></Patient>`,
    "empty value": `<Patient xmlns="http://hl7.org/fhir"><gender value=""/></Patient>`,
    "no value": `<Patient xmlns="http://hl7.org/fhir"><gender/></Patient>`, "empty element": `<Patient xmlns="http://hl7.org/fhir"><name/></Patient>`,
    "comment": `<Patient xmlns="http://hl7.org/fhir"><!-- a --><gender value="male"/></Patient>`,
    "comment before": `<!-- a --><Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>`,
    "processing instruction": `<?a b?><Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>`,
    "doctype": `<!DOCTYPE Patient><Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>`,
    "entity declared": `<!DOCTYPE Patient [<!ENTITY a "male">]><Patient xmlns="http://hl7.org/fhir"><gender value="&a;"/></Patient>`,
    "twice": `<Patient xmlns="http://hl7.org/fhir"><gender value="male"/><gender value="male"/></Patient>`,
    "unknown": `<Patient xmlns="http://hl7.org/fhir"><colour value="red"/></Patient>`,
    "value of a complex": `<Patient xmlns="http://hl7.org/fhir"><name value="a"/></Patient>`,
    "choice": `<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="x"/></code><valueString value="a"/></Observation>`,
    "choice of a wrong type": `<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="x"/></code><valueCode value="a"/></Observation>`,
    "contained two in one": `<Observation xmlns="http://hl7.org/fhir"><contained><Patient><id value="a"/></Patient><Patient><id value="b"/></Patient></contained><status value="final"/><code><text value="x"/></code></Observation>`,
    "url of an extension": `<Patient xmlns="http://hl7.org/fhir"><extension url="http://example.org/x"><valueCode value="a"/></extension></Patient>`,
    "url as an element": `<Patient xmlns="http://hl7.org/fhir"><extension><url value="http://example.org/x"/><valueCode value="a"/></extension></Patient>`,
    "white space around a value": `<Patient xmlns="http://hl7.org/fhir"><gender value=" male "/></Patient>`,
    "value in CDATA": `<Patient xmlns="http://hl7.org/fhir"><gender><![CDATA[male]]></gender></Patient>`,
    "declaration": `<?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>`,
    "XML 1.1": `<?xml version="1.1"?><Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>` };
  for (const [name, resource] of Object.entries(xml)) yield { feature: "XML", name, resource };
}
