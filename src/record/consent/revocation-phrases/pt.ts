import type { RevocationPhrases } from '../revocation-phrases.ts'

export const pt: RevocationPhrases = {
  language: 'pt',
  spaced: true,
  phrases: [
    '(par(e|em|a|ar)|deix(e|em|a)|chega) de (me (mandar|enviar|escrever|perturbar|incomodar|ligar|contatar|encher|contactar)'
      + '|(mandar|enviar) ~(mensagem|mensagens|sms|propaganda|promocoes|isso)|mensagens?|mensagem|perturbar|encher)',
    '(nao|nunca) ((me|mais|nos) ){0,2}(mand(e|em|a|ar)|envi(e|em|a|ar)|escrev(a|am)|contat(e|em)|contact(e|em)|perturb(e|em)'
      + '|ligu(e|em)|incomod(e|em)|procur(e|em)) ~(mais|nunca)',
    'nao me (perturb(e|em)|incomod(e|em))',
    'nunca mais me (mand(e|em)|envi(e|em)|escrev(a|am)|procur(e|em)|ligu(e|em)|contat(e|em))',
    '(nao|nem) (quero|desejo|queremos|gostaria de) ((mais|receber|as|suas|sua|essas|estas|nenhuma|dessas|outra|de|voces)'
      + ' ){0,4}(mensage(m|ns)|sms|propagandas?|promocoes|notificacoes)',
    '(chega de|sem mais|nenhuma) (mensage(m|ns)|sms|propaganda)( mais)?',
    '(me deix(a|e|em)|deix(a|e|em) me) (em paz|quiet[oa])',
    '(tir(e|a|em|ar)|remov(a|e|am|er)|exclu(a|am|ir|i)|retir(e|em|ar)|apag(ue|uem|ar)) ((me|o|meu|numero|nome|contato)'
      + ' ){0,3}d(e|a|as|essa|esta|sua|este) ~(lista|listas|base|cadastro|contatos|grupo)',
    'me (tir(e|a|em)|remov(a|e|am)|exclu(a|am)|retir(e|em)) d(e|a|as|essa|esta|sua) ~(lista|listas|base|cadastro|contatos)',
    '(apag(ue|uem|ar)|exclu(a|am|ir)) (o )?meu (numero|contato)',
    'descadastr(e|em|ar|a|o) (me|meu|o meu|minha)',
    '(me|quero|favor|para|gostaria de) (me )?(descadastr|desinscrev)*',
    'cancel(e|em|a|ar) ((o|envio|de|as|suas|essas|todas|minhas|recebimento) ){0,4}(mensagens|sms|notificacoes)',
    '(retiro|revogo|retirar|revogar) (o )?(meu consentimento|minha autorizacao)',
  ],
  not: [
    'nao ((quero|que|me|posso|consigo) ){0,3}(par(e|em|es|ar)|deix(e|em|ar)) de',
    'nao ((quero|desejo|me) ){0,3}(descadastr|desinscrev)*',
  ],
}
