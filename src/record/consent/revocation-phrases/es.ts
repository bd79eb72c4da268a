import type { RevocationPhrases } from '../revocation-phrases.ts'

export const es: RevocationPhrases = {
  language: 'es',
  spaced: true,
  phrases: [
    '(dej(e|en|a|ad|ar)|par(e|en|a|ad|ar)|basta) (ya )?de ((mandar|enviar|escribir|molestar|contactar|llamar|acosar)(me|nos)'
      + '|(mandar|enviar) ~(mensajes?|sms|publicidad|promociones)|mensajes|molestar|escribir)',
    'no ((me|nos|quiero que) ){0,2}(escrib(a|an|as|ais)|mand(e|en|es|eis)|envi(e|en|es|eis)|contact(e|en|es)|molest(e|en|es)'
      + '|llam(e|en|es)) ~(mas|nunca|jamas)',
    'no (me|nos) molest(e|en|es)',
    'no (me|nos) (mand|envi)(e|en|es|eis) (mas |sus |estos )?(mensajes|sms|publicidad|promociones)',
    '(no|nunca|jamas) ((me|nos|mas) ){0,2}vuelv(a|an|as) a (escribir|mandar|enviar|contactar|llamar|molestar)*',
    '(no|ya no) (quiero|deseo|queremos|deseamos) ((seguir|mas|recibir|recibiendo|que me llegue|que me lleguen|sus|tus|estos'
      + '|esos|ningun|otros|de|este|tipo) ){0,4}(mensajes?|sms|publicidad|promociones|notificaciones)',
    '(no mas|basta de|ni un|ningun) (mensajes?|sms|publicidad)( mas)?',
    '(dej(e|en)me|dejame|dejadme|me dej(e|en|as?)) (ya )?(en paz|tranquil[oa])',
    '(borr|elimin|quit|sac|saqu|quit|retir)(e|en|a|ar|ad|ue|uen)?me (ya )?de ~(lista|listas|base|contactos|registros|grupo)',
    '(quiero|deseo|quisiera|puedo|por favor|pueden) (borrar|eliminar|quitar|sacar)me de ~(lista|base)',
    '(elimin|borr)(e|en|a|ar) mi (numero|telefono|contacto)',
    '(d(e|en|a|ar)me|dadme) de baja',
    'me (quiero|deseo|gustaria|quisiera) dar de baja',
    'de?suscrib*',
    'anular? mi suscripcion a (los|sus) mensajes',
    'cancel(ar|e|en|a) ((el|envio|de|los|sus|estos|todos|mis) ){0,3}(mensajes|sms|notificaciones)',
    '(retiro|revoco|retirar|revocar) mi (consentimiento|autorizacion)',
  ],
  not: [
    'no ((quiero|quisiera|deseo|que|se|me|puedo) ){0,3}(dej(e|en|es|ar)|par(e|en|es|ar)) de',
    'no ((quiero|deseo|me) ){0,2}d(en|e|arme) de baja',
    'no me he desuscri*',
  ],
}
