// The script of all pages. Every page works without it; it makes parts update in place and guards against slips.
import { install as forms } from './ts/forms';
import { install as keys } from './ts/keys';
import { install as order } from './ts/order';
import { install as part } from './ts/part';
import { install as review } from './ts/review';
import { install as sign } from './ts/sign';
import { install as survey } from './ts/survey';
import { install as visit } from './ts/visit';

part();
forms();
keys();
review();
visit();
survey();
order();
sign();
document.documentElement.classList.add('js');
