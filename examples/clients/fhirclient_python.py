"""fhirclient (PyPI) on a running server: capability statement, create, read, search, pages, includes, update, delete.

    python3 fhirclient_python.py http://127.0.0.1:8080/fhir
"""

import sys
import uuid

from fhirclient import client
from fhirclient.models import condition, codeableconcept, fhirreference, humanname, patient
from fhirclient.server import FHIRNotFoundException


def main(base: str) -> None:
    smart = client.FHIRClient(settings={"app_id": "clients-example", "api_base": base})
    server = smart.server
    assert server.capabilityStatement.fhirVersion == "4.0.1"

    mark = f"clients-{uuid.uuid4().hex}"
    mother = patient.Patient()
    mother.name = [humanname.HumanName({"family": mark, "given": ["Ánh"]})]
    mother.active = True
    created = mother.create(server)
    number = created["id"]

    read = patient.Patient.read(number, server)
    assert read.name[0].given == ["Ánh"], read.as_json()

    for text in ("a", "b", "c"):
        record = condition.Condition()
        record.subject = fhirreference.FHIRReference({"reference": f"Patient/{number}"})
        record.code = codeableconcept.CodeableConcept({"text": text})
        assert record.create(server)["resourceType"] == "Condition"

    # Pages: two on the first, one on the next.
    search = condition.Condition.where({"subject": f"Patient/{number}", "_count": "2"})
    pages = list(search.perform_iter(server))
    assert [len(page.entry) for page in pages] == [2, 1], [len(page.entry) for page in pages]
    found = list(condition.Condition.where({"subject": f"Patient/{number}"}).perform_resources_iter(server))
    assert sorted(one.code.text for one in found) == ["a", "b", "c"]

    search = condition.Condition.where({"subject": f"Patient/{number}"})
    bundle = search.include("subject").perform(server)
    modes = sorted(entry.search.mode for entry in bundle.entry)
    assert modes == ["include", "match", "match", "match"], modes

    read.active = False
    assert read.update(server)["meta"]["versionId"] == "2"
    assert patient.Patient.read(number, server).active is False
    assert [one.id for one in patient.Patient.where({"family": mark}).perform_resources(server)] == [number]

    for one in found:
        one.delete(server)
    read.delete(server)
    try:
        patient.Patient.read(number, server)
    except FHIRNotFoundException:
        pass
    except Exception as gone:  # 410 is an error of its own in some versions
        assert "410" in str(gone) or "Gone" in str(gone), gone
    else:
        raise AssertionError("it is still there")
    print("fhirclient: ok")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") + "/" if len(sys.argv) > 1 else "http://127.0.0.1:8080/fhir/")
