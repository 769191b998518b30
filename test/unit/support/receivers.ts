/** Where alerts are sent, with a secret each: what configurations of tests are made of. */
export const secretUrl = 'https://hooks.example.com/T0/SECRET';
export const webhook = { name: 'office', severities: ['critical'], webhook: { url: secretUrl } };
export const slack = { url: secretUrl, channel: '#oncall' };
export const email = {
  to: 'oncall@example.com',
  from: 'sessions@example.com',
  server: 'mail.example.com:587',
  username: 'sessions',
  password: 'SECRET',
};
