"""A system that reads for itself: SMART Backend Services with a key of its own (`private_key_jwt`, ES384).

    pip install 'requests>=2.32' 'cryptography>=44' 'PyJWT>=2.10'
    python3 backend-service.py keys his.pem his.jwks.json
    mebe client add his --kind system --scope "system/*.rs" --jwks-file his.jwks.json --role vendor --commune 00004
    python3 backend-service.py read his.pem his http://127.0.0.1:8080/fhir "system/Patient.rs"
"""

import json
import sys
import time
import uuid

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KID = "backend-service"


def keys(pem: str, jwks: str) -> None:
    """Makes a key, and the set with its public part that is registered."""
    key = ec.generate_private_key(ec.SECP384R1())
    with open(pem, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    public.update({"kid": KID, "use": "sig", "alg": "ES384", "key_ops": ["verify"]})
    with open(jwks, "w", encoding="utf-8") as file:
        json.dump({"keys": [public]}, file)


def token(pem: str, client: str, base: str, scope: str) -> dict:
    """Gets a token: where from is asked of the server."""
    with open(pem, "rb") as file:
        key = load_pem_private_key(file.read(), None)
    told = requests.get(f"{base}/.well-known/smart-configuration", timeout=30)
    told.raise_for_status()
    endpoint = told.json()["token_endpoint"]
    claims = {
        "iss": client,
        "sub": client,
        "aud": endpoint,
        "exp": int(time.time()) + 240,
        "jti": uuid.uuid4().hex,
    }
    assertion = jwt.encode(claims, key, algorithm="ES384", headers={"kid": KID})
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": BEARER,
        "client_assertion": assertion,
    }
    answer = requests.post(endpoint, data=form, timeout=30)
    if answer.status_code != 200:
        raise SystemExit(f"no token: {answer.status_code} {answer.text}")
    return answer.json()


def read(pem: str, client: str, base: str, scope: str) -> None:
    """Counts the patients whom the system reaches."""
    tokens = token(pem, client, base, scope)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    found = requests.get(f"{base}/Patient?_summary=count", headers=headers, timeout=30)
    found.raise_for_status()
    print(json.dumps({"scope": tokens["scope"], "patients": found.json()["total"]}))


if __name__ == "__main__":
    commands = {("keys", 4): keys, ("read", 6): read}
    command = commands.get((sys.argv[1] if len(sys.argv) > 1 else "", len(sys.argv)))
    if command is None:
        raise SystemExit(__doc__)
    command(*sys.argv[2:])
