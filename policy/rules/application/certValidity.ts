import { resourceRule } from '../../model/rule';

interface Certificate {
  readonly validityPeriodHours?: number;
  readonly earlyRenewalHours?: number;
  readonly isCaCertificate?: boolean;
}

interface Settings {
  readonly days: number;
  readonly authorityDays: number;
}

const certificates = /^tls:index\/(?:selfSignedCert:SelfSignedCert|locallySignedCert:LocallySignedCert)$/;

/** Certificates end, and are renewed before they do. */
export const certValidity = resourceRule<Settings>({
  id: 'cert-validity',
  demand: 'Certificates are valid for a limited time, and renewed before it ends.',
  reason:
    'A stolen key is good for years, or clients lose the server on the day on which its certificate ends.',
  remedy:
    'Set validityPeriodHours to no more than the configuration of the pack allows, and earlyRenewalHours to more than 0 and less than that.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Certificates' },
  settings: {
    days: { description: 'Longest validity of a certificate, in days.', default: 397 },
    authorityDays: { description: "Longest validity of an authority's certificate, in days.", default: 3650 },
  },
  check: ({ type, props }, { days, authorityDays }) => {
    if (!certificates.test(type)) return [];
    const { validityPeriodHours = 0, earlyRenewalHours = 0, isCaCertificate }: Certificate = props;
    const [most, what] = isCaCertificate === true ? [authorityDays, 'an authority'] : [days, 'a certificate'];
    return [
      ...(validityPeriodHours > most * 24
        ? [`validityPeriodHours is ${validityPeriodHours}, more than ${most} days of ${what}`]
        : []),
      ...(earlyRenewalHours > 0 ? [] : ['earlyRenewalHours is missing or 0']),
      ...(earlyRenewalHours < validityPeriodHours || earlyRenewalHours === 0
        ? []
        : [`earlyRenewalHours is ${earlyRenewalHours}, no less than validityPeriodHours`]),
    ];
  },
});
