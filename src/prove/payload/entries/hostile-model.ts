import { functions } from '../hostile/index.ts';
import { serve } from '../serve.ts';

void serve(functions);
