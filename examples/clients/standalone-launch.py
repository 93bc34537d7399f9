"""fhirclient (PyPI) gets access by a standalone launch: a person signs in, says for whom and what.

    pip install 'fhirclient>=4.3,<5'
    mebe client add so-mau --kind public --redirect-uri http://127.0.0.1/cb
    python3 standalone-launch.py http://127.0.0.1:8080/fhir so-mau

Opens a page in the browser; the answer comes to a port of this machine. With a name, a password and the id of
a patient behind them it fills the pages itself, as a test does.
"""

import html.parser
import http.cookiejar
import http.server
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
import webbrowser

from fhirclient import client
from fhirclient.models import patient


class Answer(http.server.BaseHTTPRequestHandler):
    """Takes the browser that is sent back."""

    url = None

    def do_GET(self):
        Answer.url = f"http://127.0.0.1:{self.server.server_port}{self.path}"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write("Xong, hãy đóng trang này. / Done, close this page.\n".encode())

    def log_message(self, *_):
        pass


class Forms(html.parser.HTMLParser):
    """The forms of a page, as a browser would send them."""

    def __init__(self, page: str):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.forms.append({"action": at.get("action"), "fields": [], "names": set()})
        elif tag in ("input", "button") and self.forms and at.get("name"):
            form = self.forms[-1]
            form["names"].add(at["name"])
            if at.get("type") in ("checkbox", "radio") and "checked" not in at:
                return
            if tag == "input":
                form["fields"].append((at["name"], at.get("value", "")))


def fill(url: str, answers: dict) -> None:
    """Signs in, chooses, allows: what a person does in front of the pages."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    page = opener.open(url)
    while Answer.url is None:
        text, here = page.read().decode(), page.geturl()
        if here.startswith("http://127.0.0.1") and "?code=" in here:
            Answer.url = here
            return
        forms = [f for f in Forms(text).forms if f["names"] & set(answers)]
        if not forms:
            raise SystemExit(f"a page that nobody can fill: {here}")
        form = forms[0]
        filled = {name: answers[name] for name in form["names"] & set(answers)}
        fields = [pair for pair in form["fields"] if pair[0] not in filled]
        body = urllib.parse.urlencode(fields + list(filled.items())).encode()
        try:
            page = opener.open(urllib.parse.urljoin(here, form["action"]), body)
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{refused.code}: {refused.read().decode()}") from refused


def main(base: str, app: str, *who: str) -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    smart = client.FHIRClient(settings={
        "app_id": app,
        "api_base": base,
        "redirect_uri": f"http://127.0.0.1:{server.server_port}/cb",
        "scope": "openid fhirUser patient/*.rs",
    })
    url = smart.authorize_url
    if who:
        import threading

        threading.Thread(target=server.serve_forever, daemon=True).start()
        names = ("username", "password", "patient")
        fill(url, {**dict(zip(names, who)), "decision": "approve"})
    else:
        webbrowser.open(url)
        while Answer.url is None:
            server.handle_request()
    smart.handle_callback(Answer.url)
    number = smart.patient_id
    read = patient.Patient.read(number, smart.server)
    print(json.dumps({"patient": read.id, "born": bool(read.birthDate)}))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 6):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
