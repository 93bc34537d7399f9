#!/usr/bin/env python3
"""Ảnh chụp mọi trang của sổ / screenshots of every page of the booklet.

    python3 examples/screenshots.py --mebe target/release/mebe --out /tmp/pages

Starts a server of its own with the sample families, opens each page in an installed Chromium at 360 and
1280 px, without and with scripts, as print and (with pdftoppm) as PDF, and fails when a page is wider than its
screen, does not answer, says something on the console, or takes longer than 5 s on a line of 50 kbit/s. Needs
Python 3 and Chromium (Debian: chromium, poppler-utils) and nothing else.
"""

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

MOTHER, CHILD, COMMUNE = "me-nguyen-thi-anh", "be-pham-minh-anh", "00004"
PAGES = {
    "start": "/",
    "search": "/so",
    "booklet": f"/so/{MOTHER}",
    "booklet-child": f"/so/{CHILD}",
    "antenatal": f"/so/{MOTHER}/kham-thai",
    "vaccination": f"/so/{CHILD}/tiem-chung",
    "growth": f"/so/{CHILD}/tang-truong",
    "illness": f"/so/{CHILD}/y-ba",
    "mistake": f"/so/{MOTHER}/bao-sai?ve=Patient/{MOTHER}",
    "forms": f"/so/{MOTHER}/ghi",
    "form": f"/so/{MOTHER}/ghi/kham-thai",
    "due": f"/den-han?commune={COMMUNE}",
    "missing": "/so/khong-co",
    "guide": "/guide",
    "record": f"/fhir/Patient/{MOTHER}",
    "records": "/fhir/Patient?_count=10",
}
PAPER = ["booklet", "antenatal", "vaccination", "growth", "illness", "due"]
PHONE, DESKTOP, SHEET = (360, 780), (1280, 900), (794, 1123)


class Chromium:
    """A browser, spoken to over pipes by its DevTools protocol."""

    def __init__(self, program, folder):
        to_it, ours = os.pipe()
        theirs, from_it = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                 "--remote-debugging-pipe", f"--user-data-dir={folder}", "--lang=vi", "about:blank"]

        def wire():
            # The browser reads at 3 and writes at 4.
            os.dup2(os.dup(to_it), 3)
            os.dup2(os.dup(from_it), 4)

        held = [os.dup(to_it), os.dup(from_it)]
        self.process = subprocess.Popen(
            [program, *flags], preexec_fn=wire, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in [*held, to_it, from_it]:
            os.close(end)
        self.out, self.inp = ours, theirs
        self.number, self.rest, self.said = 0, b"", []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Network", "Log", "Runtime"]:
            self.ask(f"{domain}.enable")

    def read(self):
        while b"\0" not in self.rest:
            piece = os.read(self.inp, 1 << 20)
            if not piece:
                raise SystemExit("the browser has ended")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            told = self.read()
            if told.get("id") == self.number:
                if "error" in told:
                    raise SystemExit(f"{method}: {told['error']}")
                return told["result"]
            self.said.append(told)

    def open(self, url):
        """Opens a page; its status, what the console says, and the seconds it took."""
        self.said.clear()
        start = time.monotonic()
        self.ask("Page.navigate", url=url)
        while not any(one.get("method") == "Page.loadEventFired" for one in self.said):
            self.said.append(self.read())
        seconds = time.monotonic() - start
        replies = [one["params"]["response"] for one in self.said if one.get("method") == "Network.responseReceived"]
        status = next((int(one["status"]) for one in replies if one["url"].split("#")[0] == url.split("#")[0]), 0)
        log = [one["params"]["entry"]["text"] for one in self.said if one.get("method") == "Log.entryAdded"]
        return status, log, seconds

    def loaded(self):
        while not any(one.get("method") == "Page.loadEventFired" for one in self.said):
            self.said.append(self.read())
        self.said.clear()

    def find(self, selector):
        """An element, by which it is touched; nothing where there is none."""
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        return self.ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]

    def text(self):
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        return self.ask("DOM.getOuterHTML", nodeId=root)["outerHTML"]

    def press(self, selector):
        """Touches an element that leads on."""
        node = self.find(selector)
        self.ask("DOM.scrollIntoViewIfNeeded", nodeId=node)
        quad = self.ask("DOM.getContentQuads", nodeId=node)["quads"][0]
        at = {"x": (quad[0] + quad[4]) / 2, "y": (quad[1] + quad[5]) / 2, "button": "left", "clickCount": 1}
        self.said.clear()
        for kind in ["mousePressed", "mouseReleased"]:
            self.ask("Input.dispatchMouseEvent", type=kind, **at)
        self.loaded()

    def type(self, selector, text):
        self.ask("DOM.focus", nodeId=self.find(selector))
        self.ask("Input.insertText", text=text)
        self.said.clear()
        for kind in ["keyDown", "keyUp"]:
            self.ask("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r",
                     windowsVirtualKeyCode=13)
        self.loaded()

    def screen(self, size, media=""):
        width, height = size
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=width < 500)
        self.ask("Emulation.setEmulatedMedia", media=media)

    def wide(self):
        """How wide what is shown is."""
        sizes = self.ask("Page.getLayoutMetrics")
        return sizes["cssContentSize"]["width"]

    def picture(self, path, size):
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        data = self.ask("Page.captureScreenshot", format="png", clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def end(self):
        self.process.terminate()
        self.process.wait()


def server(program, folder, port):
    """A server with the sample families, when it is ready."""
    database = f"sqlite:{folder}/mebe.db"
    command = [program, "serve", "--demo", "--database", database, "--bind", f"127.0.0.1:{port}"]
    log = open(f"{folder}/log", "wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1)
            return process
        except OSError:
            time.sleep(0.25)
    process.kill()
    raise SystemExit(f"the server did not start: {folder}/log")


def look(browser, top, out):
    """Opens every page on every screen; what is wrong."""
    faults = []
    screens = [("phone", PHONE, "", True), ("phone-scripts", PHONE, "", False),
               ("desktop", DESKTOP, "", True), ("print", SHEET, "print", True)]
    for name, path in PAGES.items():
        wanted = 404 if name == "missing" else 200
        for screen, size, media, without_scripts in screens:
            browser.screen(size, media)
            browser.ask("Emulation.setScriptExecutionDisabled", value=without_scripts)
            status, log, _ = browser.open(top + path)
            wide = browser.wide()
            if status != wanted:
                faults.append(f"{name} {screen}: status {status}")
            if wide > size[0]:
                faults.append(f"{name} {screen}: {wide} px wide, the screen has {size[0]}")
            faults += [f"{name} {screen}: {text}" for text in log if "404" not in text]
            if screen != "phone-scripts":
                browser.picture(f"{out}/{name}-{screen}.png", size)
    slow = {"offline": False, "latency": 300, "downloadThroughput": 6250, "uploadThroughput": 6250}
    browser.screen(PHONE)
    browser.ask("Network.setCacheDisabled", cacheDisabled=True)
    browser.ask("Network.emulateNetworkConditions", **slow)
    for name in ["booklet", "vaccination", "due"]:
        _, _, seconds = browser.open(top + PAGES[name])
        print(f"{name}: {seconds:.1f} s at 50 kbit/s")
        if seconds > 5:
            faults.append(f"{name}: {seconds:.1f} s at 50 kbit/s")
    return faults


def morning(browser, top):
    """A midwife finds a mother by her name without marks, sees the next date within two touches, and a dose
    that is recorded leaves the list of what is due; without scripts and with them. What is wrong."""
    faults = []
    child, commune = "be-y-khoa-eban", "24169"
    browser.ask("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def call(method, path, body=None):
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"{top}/fhir/{path}", data=data, method=method)
        request.add_header("content-type", "application/fhir+json")
        with urllib.request.urlopen(request) as reply:
            return json.loads(reply.read() or b"{}")

    doses = call("GET", f"Immunization?patient={CHILD}&_count=100")["entry"]
    dose = next(one["resource"] for one in doses if "PCV" in one["resource"].get("lotNumber", ""))
    kept = {"resourceType": "Immunization", "id": "buoi-sang", "status": "completed",
            "vaccineCode": dose["vaccineCode"], "patient": {"reference": f"Patient/{child}"},
            "occurrenceDateTime": time.strftime("%Y-%m-%d"), "primarySource": True}
    for mode, without_scripts in [("without scripts", True), ("with scripts", False)]:
        browser.ask("Emulation.setScriptExecutionDisabled", value=without_scripts)
        for size in [PHONE, DESKTOP]:
            browser.screen(size)
            browser.open(f"{top}/so")
            browser.type("#q", "nguyen thi anh")
            if not browser.find(f'a[href="/so/{MOTHER}"]'):
                faults.append(f"morning {mode}: {MOTHER} is not found")
                continue
            browser.press(f'a[href="/so/{MOTHER}"]')
            page = browser.text()
            if "hẹn tới" not in page or "tuần" not in page:
                faults.append(f"morning {mode}: the booklet has neither week nor next date")
            browser.press(f'a[href="/so/{MOTHER}/tiem-chung"]')
            if 'class="qr"' not in browser.text():
                faults.append(f"morning {mode}: the card has no code")
        browser.open(f"{top}/den-han?commune={commune}")
        before = browser.text().count(f'href="/so/{child}"')
        call("PUT", "Immunization/buoi-sang", kept)
        browser.open(f"{top}/den-han?commune={commune}")
        after = browser.text().count(f'href="/so/{child}"')
        if after >= before:
            faults.append(f"morning {mode}: {before} things due before a dose, {after} after it")
        call("DELETE", "Immunization/buoi-sang")
    return faults


def paper(top, out):
    """Each page as PDF on both sizes of paper, and its sheets as pictures where pdftoppm is there."""
    for name in PAPER:
        path, _, query = PAGES[name].partition("?")
        for size in ["a4", "a5"]:
            url = f"{top}{path}.pdf?{query}&kho={size}"
            start = time.monotonic()
            with urllib.request.urlopen(url) as reply:
                file = f"{out}/{name}-{size}.pdf"
                with open(file, "wb") as kept:
                    kept.write(reply.read())
            print(f"{name} {size}: {(time.monotonic() - start) * 1000:.0f} ms")
            if shutil.which("pdftoppm"):
                subprocess.run(["pdftoppm", "-r", "70", "-png", file, f"{out}/{name}-{size}"], check=True)


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--mebe", default="target/release/mebe")
    asked.add_argument("--out", required=True)
    asked.add_argument("--port", type=int, default=18480)
    asked.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome")
    asked = asked.parse_args()
    os.makedirs(asked.out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        process = server(os.path.abspath(asked.mebe), folder, asked.port)
        try:
            top = f"http://127.0.0.1:{asked.port}"
            browser = Chromium(asked.chromium, f"{folder}/browser")
            try:
                faults = look(browser, top, asked.out) + morning(browser, top)
            finally:
                browser.end()
            paper(top, asked.out)
        finally:
            process.terminate()
            process.wait()
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(PAGES)} pages, {len(faults)} faults, pictures in {asked.out}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
