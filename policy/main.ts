import { PolicyPack } from '@pulumi/policy';
import { policyOf } from './pack/enforce';
import { rules } from './rules';

new PolicyPack('session-database', { policies: rules.map(policyOf) });
