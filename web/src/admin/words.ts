import { computed } from '@preact/signals';
import { admin as en } from '../language/admin-en';
import { admin as ko } from '../language/admin-ko';
import { language } from '../language/language';

/** The words of this page in the language that is chosen; they come with it, since owners have no use for them. */
export const adminWords = computed(() => (language.value === 'en' ? en : ko));
