import { testFixtures } from '../../../test/support/measure-suite.ts';
import { measure } from './measure.ts';

testFixtures(measure, import.meta.url);
