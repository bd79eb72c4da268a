import type { RevocationPhrases } from '../revocation-phrases.ts'

export const fr: RevocationPhrases = {
  language: 'fr',
  spaced: true,
  phrases: [
    "(arret(ez|e|er|es)|cess(ez|e|er)|stopp?(ez|er)?) ((svp|maintenant|immediatement) )?(de |d')(m'|me |nous )?(ecrire"
      + "|contacter|harceler|appeler|deranger|embeter|solliciter|spammer|envoyer)",
    "(arret(ez|e|er)|cess(ez|e|er)|stopp?(ez|er)?) ((l'envoi|les|ces|vos|tous|avec|de|des|d'envoyer) ){1,4}(messages?|sms"
      + '|envois|textos?|pubs?|mails?|spams?)',
    "ne (m'(ecrivez|ecris|envoyez|envoie|appelez|appelle|embetez|importunez)|me (contactez|contacte|derangez|derange"
      + '|sollicitez|harcelez|recontactez|textez)) (plus|jamais)',
    "ne plus (m'|me |nous )(contacter|recontacter|ecrire|envoyer|appeler|deranger|solliciter)",
    '(je )?(ne )?(veux|souhaite|desire|voudrais) plus ((rien|recevoir|de|vos|ces|avoir|aucun|des|que vous) ){0,4}(messages?'
      + '|sms|textos?|pubs?|publicites?|notifications?|mails?|sollicitations?)',
    "(veux|souhaite|desire) plus (jamais )?(etre (contacte|derange|sollicite|harcele)*|rien recevoir|que vous m'(ecriviez"
      + '|envoyiez|appeliez)|que vous me contactiez)',
    ". (stop )?(plus|pas) (de|aucun|d'autres?) (messages?|sms|textos?|pubs?)",
    '(laissez|laisse|fichez|foutez|fiche|fous) (moi|nous) (tranquilles?|en paix|la paix)',
    '(retir(ez|e|er)|enlev(ez|e|er)|supprim(ez|e|er)|ray(ez|e|er)|effac(ez|e|er)|otez|sortez) ((moi|me|mon|numero|nom'
      + '|contact) ){1,2}d(e|u|es) ~(listes?|base|fichiers?|contacts|repertoire)',
    '(supprim|effac)(ez|er) mon numero( de telephone)?( .| svp)',
    '(desinscri|desabonn)(vez|s|ez|e) (moi|nous)',
    '(veux|voudrais|souhaite|comment|pour|puis je|aimerais) me (desinscrire|desabonner)',
    '(retire|revoque|retirer|revoquer) mon (consentement|accord)',
  ],
  not: [
    "n'?(arret|cess)(ez|e|es|er|ons) (pas|jamais)",
    "(vous|tu|il|elle|on|ils|elles|pourquoi) ne (m'|me )?~(plus|jamais)",
    "ne (m'|me )?(desinscri|desabonn|retir|supprim)* pas",
    "pas (encore )?(m'|me )?(desinscri|desabonn)*",
  ],
}
