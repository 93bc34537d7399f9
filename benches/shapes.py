"""30 shapes of searches with values that are sampled from what is stored: p50, p95, p99, error rate.

    python3 benches/shapes.py --base http://127.0.0.1:8080/fhir --seconds 3 --clients 2 --label "SQLite, 500 families"

The database is loaded before, as by the load generator (58 resources a family). Values are read over
the API when the run begins, with a fixed seed; each request takes others. Prints a table in Markdown.
Nothing but the standard library is needed.
"""

import argparse
import http.client
import json
import random
import threading
import time
from urllib.parse import quote, urlsplit

SHAPES = [
    ("patient + code", "Observation?patient={patient}&code={code}"),
    ("patient + date range", "Observation?patient={patient}&date=ge{day}&date=lt2030"),
    ("patient, newest first", "Observation?patient={patient}&_sort=-date&_count=10"),
    ("patient + category", "Observation?patient={patient}&category=vital-signs&_count=50"),
    ("identifier, system|value", "Patient?identifier={identifier}"),
    ("identifier, value", "Patient?identifier={number}"),
    ("family", "Patient?family={family}&_count=20"),
    ("name, two words", "Patient?name={name}&_count=20"),
    ("name, with marks", "Patient?name={marked}&_count=20"),
    ("name:exact", "Patient?family:exact={marked_family}&_count=20"),
    ("name:contains", "Patient?name:contains={part}&_count=20"),
    ("birth date", "Patient?birthdate={birth}"),
    ("birth date range, sorted", "Patient?birthdate=ge{birth}&_sort=birthdate&_count=20"),
    ("gender, sorted by birth date", "Patient?gender=female&_sort=-birthdate&_count=20"),
    ("address", "Patient?address={address}&_count=20"),
    ("unselective token + date", "Observation?status=final&date=ge{day}&_count=20"),
    ("unselective code, newest first", "Observation?code={code}&_sort=-date&_count=20"),
    ("quantity + date", "Observation?value-quantity=gt{high}|http://unitsofmeasure.org|kg&date=ge{day}&_count=20"),
    ("code + quantity, composite", "Observation?code-value-quantity={code}$gt{high}&_count=20"),
    ("either composite", "Observation?combo-code-value-quantity={code}$gt{high}&_count=20"),
    ("chain to identifier", "Observation?subject:Patient.identifier={identifier}&_count=50"),
    ("chain to name + code", "Observation?subject:Patient.name={name}&code={code}&_count=20"),
    ("_has code", "Patient?_has:Observation:patient:code={code}&identifier={identifier}"),
    ("_has immunization by date", "Patient?_has:Immunization:patient:date={day}&_count=20"),
    ("_include", "Observation?patient={patient}&_include=Observation:subject&_include=Observation:encounter&_count=20"),
    ("_revinclude", "Patient?_id={patient_id}&_revinclude=Encounter:subject"),
    ("compartment", "Patient/{patient_id}/Observation?_count=50"),
    ("count by code", "Observation?patient={patient}&code={code}&_summary=count"),
    ("encounters of a day", "Encounter?date={day}&_count=50"),
    ("_filter", "Observation?_filter=patient re \"{patient}\" and code eq \"{code}\"&_count=20"),
]


class Api:
    def __init__(self, base):
        self.url = urlsplit(base)
        self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)

    def get(self, path):
        path = quote(path, safe="/?&=:,|$<>-_.~*%")
        self.connection.request("GET", f"{self.url.path}/{path}", headers={"Accept": "application/fhir+json"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def resources(self, path):
        status, body = self.get(path)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        return [entry["resource"] for entry in json.loads(body).get("entry", [])]


def samples(api, chance):
    patients = api.resources("Patient?_has:Observation:patient:status=final&_count=500")
    days = [one["effectiveDateTime"][:10] for one in api.resources("Observation?_count=500") if "effectiveDateTime" in one]
    codes = sorted({coding["code"] for one in api.resources("Observation?_count=500") for coding in one["code"]["coding"]})
    found = []
    for patient in patients:
        name, identifier = patient["name"][0], patient["identifier"][0]
        family, given = name.get("family", ""), " ".join(name.get("given", []))
        plain = "".join(c for c in f"{family} {given}")
        found.append({
            "patient": f"Patient/{patient['id']}", "patient_id": patient["id"],
            "identifier": f"{identifier['system']}|{identifier['value']}", "number": identifier["value"],
            "family": family, "marked_family": family, "name": plain, "marked": plain,
            "part": (given or family)[-3:], "birth": patient.get("birthDate", "2000-01-01"),
            "address": (patient.get("address") or [{}])[0].get("city") or "Ha",
        })
    chance.shuffle(found)

    def one():
        return dict(chance.choice(found), day=chance.choice(days), code=chance.choice(codes), high=chance.choice([70, 72, 75]))

    return one


def measure(base, shape, one, seconds, clients):
    times, errors, matches, end = [], [], [], time.monotonic() + seconds

    def client():
        api = Api(base)
        while time.monotonic() < end:
            path = shape.format(**one())
            begun = time.monotonic()
            try:
                status, body = api.get(path)
            except OSError:
                status, api = 0, Api(base)
            times.append((time.monotonic() - begun) * 1000)
            if status != 200:
                errors.append((status, path))
            else:
                matches.append(body.count(b'"mode":"match"'))

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(times), errors, matches


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--base", required=True)
    arguments.add_argument("--seconds", type=float, default=3)
    arguments.add_argument("--clients", type=int, default=2)
    arguments.add_argument("--label", default="")
    given = arguments.parse_args()
    chance = random.Random(42)
    one = samples(Api(given.base), chance)
    print(f"## {given.label}\n\n| shape | requests/s | p50 ms | p95 ms | p99 ms | errors | matches a page |\n|---|---|---|---|---|---|---|")
    for name, shape in SHAPES:
        times, errors, matches = measure(given.base, shape, one, given.seconds, given.clients)
        at = lambda part: times[min(len(times) - 1, int(len(times) * part))]
        mean = sum(matches) / max(1, len(matches))
        print(f"| {name} | {len(times) / given.seconds:.0f} | {at(.5):.2f} | {at(.95):.2f} | {at(.99):.2f} | {100 * len(errors) / len(times):.1f} % | {mean:.1f} |", flush=True)
        if errors:
            print(f"\n{errors[0]}\n")


if __name__ == "__main__":
    main()
