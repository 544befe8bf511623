import { functions } from '../functions.ts';
import { serve } from '../serve.ts';

void serve(functions);
