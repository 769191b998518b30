import { serve } from '../protocol';
import { kubernetesPlugin } from './plugin';

serve(kubernetesPlugin());
