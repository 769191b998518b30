import { compliantPod, corpus } from '../policy/support/corpus';
import { tryKubectl } from './support/platform';

interface Named {
  metadata: { name: string };
}

test("the cluster's own admission agrees with the policy pack on every pod of the corpus", async () => {
  const pods = [{ allowed: true, change: () => undefined }, ...corpus].map(({ allowed, change }, nth) => {
    const pod = compliantPod() as Named;
    change(pod);
    pod.metadata.name = `corpus-${nth}`;
    return { pod, allowed };
  });
  expect(pods.length).toBeGreaterThan(100);

  // The platform's namespace, which has the labels that it is to have; nothing is kept.
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods.map(({ pod }) => pod) });
  const { stdout, text } = await tryKubectl(
    'create --namespace session-database --dry-run=server --filename -',
    list,
  );
  const taken = (name: string) => new RegExp(`^pod/${name} created`, 'm').test(stdout);
  const refused = (name: string) =>
    new RegExp(`"${name}" is forbidden: violates PodSecurity "restricted:`).test(text);
  // What is neither is wrong in another way than by its security, and proves nothing.
  const found = pods.map(({ pod: { metadata } }) => [
    metadata.name,
    taken(metadata.name),
    refused(metadata.name),
  ]);
  expect(found).toEqual(pods.map(({ pod: { metadata }, allowed }) => [metadata.name, allowed, !allowed]));
});
