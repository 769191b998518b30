import * as proxy from '@pulumi/policy/proxy';

/** What reading a value that a preview does not know throws, with the path of what was read. */
interface UnknownValue extends Error {
  readonly props: readonly PropertyKey[];
}

// The SDK has these for its own use, and no types of them for others.
const { UnknownValueError, unknownCheckingProxy } = proxy as unknown as {
  readonly UnknownValueError: new () => UnknownValue;
  readonly unknownCheckingProxy: <Properties extends object>(properties: Properties) => Properties;
};

/** Whether something was thrown since a value is not known yet. */
export const isUnknownValue = (error: unknown): error is UnknownValue => error instanceof UnknownValueError;

/** Properties as rules get them: what is not known yet throws when it is read. */
export { unknownCheckingProxy };
