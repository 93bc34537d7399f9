"""fhirpy (PyPI) on a running server, synchronous and asynchronous.

    python3 fhirpy_python.py http://127.0.0.1:8080/fhir
"""

import asyncio
import sys
import uuid

from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound, OperationOutcome, ResourceNotFound

SYSTEM = "http://example.org/clients"


def sync(base: str) -> None:
    client = SyncFHIRClient(base)
    mark = f"clients-{uuid.uuid4().hex}"
    mother = client.resource("Patient", name=[{"family": mark, "given": ["Ánh"]}], active=True,
                             identifier=[{"system": SYSTEM, "value": mark}])
    mother.save()
    number = mother.id
    assert mother["meta"]["versionId"] == "1"

    mother["gender"] = "female"
    mother.save()
    assert mother["meta"]["versionId"] == "2"
    # Only some fields: PATCH.
    mother["birthDate"] = "1995-02-03"
    mother.save(fields=["birthDate"])
    assert client.get("Patient", number)["birthDate"] == "1995-02-03"
    mother.patch(gender="other")
    assert client.reference("Patient", number).to_resource()["gender"] == "other"

    patients = client.resources("Patient")
    assert patients.search(family=mark).count() == 1
    assert patients.search(identifier=f"{SYSTEM}|{mark}").get().id == number
    assert patients.search(family=mark, birthdate__ge="1995").first().id == number
    assert patients.search(family=mark, active=False).first() is None

    for text in ("a", "b", "c"):
        client.resource("Condition", subject=mother.to_reference(), code={"text": text}).save()
    conditions = client.resources("Condition").search(subject=mother)
    assert len(conditions.limit(2).fetch()) == 2
    assert sorted(one["code"]["text"] for one in conditions.limit(2).fetch_all()) == ["a", "b", "c"]
    assert sorted(one["code"]["text"] for one in conditions) == ["a", "b", "c"]
    included = conditions.include("Condition", "subject").fetch_raw()
    assert len(included["entry"]) == 4
    back = patients.search(_id=number).revinclude("Condition", "subject").fetch_raw()
    assert len(back["entry"]) == 4
    with_condition = patients.search(_id=number).has("Condition", "subject", **{"_id:missing": "false"})
    assert isinstance(with_condition.params, dict)
    try:
        conditions.get()
    except MultipleResourcesFound:
        pass
    else:
        raise AssertionError("three are not one")

    # By criteria: nothing is made twice.
    other = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": mark + "-b"}]}
    search = patients.search(identifier=f"{SYSTEM}|{mark}-b")
    _, is_new = search.get_or_create(client.resource("Patient", identifier=other["identifier"]))
    assert is_new
    _, is_new = search.get_or_create(client.resource("Patient", identifier=other["identifier"]))
    assert not is_new
    updated, is_new = search.update(client.resource("Patient", identifier=other["identifier"], active=True))
    assert not is_new and updated["active"] is True
    assert search.patch(active=False)["active"] is False
    search.delete()
    assert search.count() == 0

    assert client.execute(f"Patient/{number}/_history", method="get")["type"] == "history"
    assert mother.execute("$validate", method="post", data=mother.serialize())["resourceType"] == "OperationOutcome"
    try:
        client.resource("Patient", gender="nobody").save()
    except OperationOutcome as refused:
        assert refused.resource["issue"]
    else:
        raise AssertionError("it is no gender")

    for one in conditions.fetch_all():
        one.delete()
    mother.delete()
    try:
        client.get("Patient", number)
    except ResourceNotFound:
        pass
    else:
        raise AssertionError("it is still there")


async def asynchronous(base: str) -> None:
    client = AsyncFHIRClient(base)
    mark = f"clients-{uuid.uuid4().hex}"
    made = [client.resource("Patient", name=[{"family": mark}]) for _ in range(5)]
    await asyncio.gather(*(one.save() for one in made))
    found = [one async for one in client.resources("Patient").search(family=mark).limit(2)]
    assert len(found) == 5
    await asyncio.gather(*(one.delete() for one in found))
    assert await client.resources("Patient").search(family=mark).count() == 0


if __name__ == "__main__":
    place = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/fhir"
    sync(place)
    asyncio.run(asynchronous(place))
    print("fhirpy: ok")
