// The script of all pages. Every page works without it; it makes parts update in place and guards against slips.
import { install as forms } from './ts/forms';
import { install as keys } from './ts/keys';
import { install as part } from './ts/part';
import { install as review } from './ts/review';

part();
forms();
keys();
review();
document.documentElement.classList.add('js');
