import type { Keywords } from '../../../contract/consent.ts'

export const es: Keywords = {
  optOut: [
    'STOP', 'ALTO', 'BAJA', 'DAR DE BAJA', 'DARME DE BAJA', 'CANCELAR', 'PARAR', 'PARE', 'DETENER', 'SALIR', 'DESUSCRIBIR',
    'DESUSCRIBIRME', 'REVOCAR', 'CANCELAR SUSCRIPCIÓN',
  ],
  optIn: ['ALTA', 'DARME DE ALTA', 'INICIAR', 'COMENZAR', 'EMPEZAR', 'REANUDAR', 'SUSCRIBIR', 'SUSCRIBIRME'],
  doubleOptIn: ['SÍ', 'CONFIRMO', 'CONFIRMAR', 'ACEPTO'],
  help: ['AYUDA', 'INFO', 'INFORMACIÓN'],
  custom: [],
  optOutConfirmation: 'Se ha dado de baja y no le enviaremos nuevos mensajes. Para volver a recibirlos, responda ALTA.',
  optInConfirmation: 'Gracias por darse de alta en nuestros mensajes. Responda AYUDA para obtener ayuda o BAJA para dejar de recibirlos.',
  optInPrompt: 'Si desea recibir nuestros mensajes, responda ALTA. Para obtener ayuda, responda AYUDA. Puede darse de baja cuando quiera con BAJA.',
  doubleOptInPrompt: 'Para confirmar que desea recibir nuestros mensajes, responda CONFIRMO. Si no lo desea, responda BAJA.',
  helpResponse: 'Escriba su consulta y le responderemos. Para dejar de recibir nuestros mensajes, responda BAJA.',
  customResponse: null,
}
