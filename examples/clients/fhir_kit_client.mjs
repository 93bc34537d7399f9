// fhir-kit-client (npm) on a running server.
//
//     node fhir_kit_client.mjs http://127.0.0.1:8080/fhir
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as kit from 'fhir-kit-client';

const Client = kit.default ?? kit.Client;
const baseUrl = process.argv[2] ?? 'http://127.0.0.1:8080/fhir';
const client = new Client({ baseUrl });
const mark = `clients-${randomUUID()}`;

const statement = await client.capabilityStatement();
assert.equal(statement.fhirVersion, '4.0.1');

const created = await client.create({
  resourceType: 'Patient',
  body: { resourceType: 'Patient', active: true, name: [{ family: mark }] },
});
const { id } = created;
assert.equal((await client.read({ resourceType: 'Patient', id })).name[0].family, mark);
const updated = await client.update({ resourceType: 'Patient', id, body: { ...created, gender: 'female' } });
assert.equal(updated.meta.versionId, '2');
const byCriteria = await client.update({
  resourceType: 'Patient',
  searchParams: { family: mark },
  body: { resourceType: 'Patient', active: false, name: [{ family: mark }] },
});
assert.equal(byCriteria.id, id);
const patched = await client.patch({
  resourceType: 'Patient',
  id,
  jsonPatch: [{ op: 'add', path: '/gender', value: 'female' }],
});
assert.equal(patched.gender, 'female');
const first = await client.vread({ resourceType: 'Patient', id, version: '1' });
assert.equal(first.active, true);

const entry = (text) => ({
  fullUrl: `urn:uuid:${randomUUID()}`,
  resource: { resourceType: 'Condition', subject: { reference: `Patient/${id}` }, code: { text } },
  request: { method: 'POST', url: 'Condition' },
});
const made = await client.transaction({
  body: { resourceType: 'Bundle', type: 'transaction', entry: ['a', 'b', 'c'].map(entry) },
});
assert.deepEqual(made.entry.map((one) => one.response.status.slice(0, 3)), ['201', '201', '201']);
const batch = await client.batch({
  body: { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Patient/${id}` } }] },
});
assert.equal(batch.entry[0].resource.id, id);

let page = await client.search({ resourceType: 'Condition', searchParams: { subject: `Patient/${id}`, _count: 2 } });
const texts = [];
while (page) {
  texts.push(...page.entry.map((one) => one.resource.code.text));
  page = page.link.some((link) => link.relation === 'next') ? await client.nextPage({ bundle: page }) : undefined;
}
assert.deepEqual(texts.sort(), ['a', 'b', 'c']);
const posted = await client.search({
  resourceType: 'Patient', searchParams: { family: mark }, options: { postSearch: true },
});
assert.equal(posted.entry.length, 1);
const compartment = await client.search({
  resourceType: 'Condition', compartment: { resourceType: 'Patient', id },
});
assert.equal(compartment.entry.length, 3);
const everywhere = await client.search({ searchParams: { _type: 'Patient,Condition', _count: 1 } });
assert.equal(everywhere.type, 'searchset');
assert.equal((await client.history({ resourceType: 'Patient', id })).entry.length, 4);
assert.equal((await client.history({ resourceType: 'Patient' })).type, 'history');
assert.equal((await client.history()).type, 'history');
const outcome = await client.operation({ name: 'validate', resourceType: 'Patient', id, method: 'GET' });
assert.equal(outcome.resourceType, 'OperationOutcome');
const resolved = await client.resolve({ reference: `Patient/${id}` });
assert.equal(resolved.id, id);
await assert.rejects(client.read({ resourceType: 'Patient', id: 'nobody' }), (error) => error.response.status === 404);

for (const one of compartment.entry) await client.delete({ resourceType: 'Condition', id: one.resource.id });
await client.delete({ resourceType: 'Patient', id });
await assert.rejects(client.read({ resourceType: 'Patient', id }), (error) => error.response.status === 410);
console.log('fhir-kit-client: ok');
