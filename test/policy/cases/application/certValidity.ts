import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { type Change, nothing } from './changes';

const certificate =
  (name: string, changes: Anything): Change =>
  (program) =>
    Object.assign(program.resources.find((one) => one.name === name)!.props as object, changes);

const leaf = (changes: Anything) => certificate('certificates-redis', changes);

const authority = (changes: Anything) => certificate('certificates-authority-1', changes);

export const certValidity: CasesByRule = {
  'cert-validity': {
    refused: {
      'a certificate of 397 days and an hour': {
        change: leaf({ validityPeriodHours: 397 * 24 + 1 }),
        says: 'validityPeriodHours is 9529, more than 397 days of a certificate. Set validityPeriodHours',
      },
      'a certificate of more than is configured': {
        change: nothing,
        configuration: { days: 89 },
        says: 'validityPeriodHours is 2160, more than 89 days of a certificate',
      },
      'a certificate that signs itself': {
        change: authority({ isCaCertificate: false }),
        says: 'validityPeriodHours is 87600, more than 397 days of a certificate',
      },
      'a certificate that signs itself and says no more': {
        change: authority({ isCaCertificate: undefined }),
        says: 'more than 397 days of a certificate',
      },
      'an authority of an hour more than ten years': {
        change: authority({ validityPeriodHours: 3650 * 24 + 1 }),
        says: 'validityPeriodHours is 87601, more than 3650 days of an authority',
      },
      'an authority of more than is configured': {
        change: nothing,
        configuration: { authorityDays: 3649 },
        says: 'more than 3649 days of an authority',
      },
      'a certificate that is never renewed': {
        change: leaf({ earlyRenewalHours: undefined }),
        says: 'earlyRenewalHours is missing or 0',
      },
      'a certificate that is renewed when it has ended': {
        change: leaf({ earlyRenewalHours: 0 }),
        says: 'earlyRenewalHours is missing or 0',
      },
      'an authority that is never renewed': {
        change: authority({ earlyRenewalHours: undefined }),
        says: 'earlyRenewalHours is missing or 0',
      },
      'a certificate that is always renewed': {
        change: leaf({ earlyRenewalHours: 2160 }),
        says: 'earlyRenewalHours is 2160, no less than validityPeriodHours',
      },
      'a certificate of no time': {
        change: leaf({ validityPeriodHours: undefined }),
        says: 'earlyRenewalHours is 720, no less than validityPeriodHours',
      },
    },
    passed: {
      'a certificate of 397 days': { change: leaf({ validityPeriodHours: 397 * 24 }) },
      'an authority below another': {
        change: leaf({ validityPeriodHours: 3650 * 24, isCaCertificate: true }),
      },
      'a certificate that is renewed in its last hour': { change: leaf({ earlyRenewalHours: 1 }) },
      'a certificate that is renewed after an hour': { change: leaf({ earlyRenewalHours: 2159 }) },
      'more days where they are configured': {
        change: leaf({ validityPeriodHours: 500 * 24 }),
        configuration: { days: 500 },
      },
      'what is no certificate of tls': {
        change: (program) => program.add('cloud:index:SelfSignedCert', { validityPeriodHours: 100_000 }),
      },
      'a request': {
        change: (program) =>
          program.add('tls:index/certRequest:CertRequest', { validityPeriodHours: 100_000 }),
      },
    },
  },
};
