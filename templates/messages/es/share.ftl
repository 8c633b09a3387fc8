# Mostrar incidentes a otros, pedir acceso, la lista de autorizados.

share-title = Compartir
share-help = Cada persona recibe un correo con su propio enlace. Ve lo que usted elija aquí, y nada más.
share-which = Incidentes
share-addresses = A estas direcciones
share-addresses-help = Una o varias: cada una en su línea, o separadas por comas o puntos y comas. Como máximo { $most }.
share-note = Nota para ellos
share-until = Los enlaces funcionan durante
share-days = { $days ->
    [one] un día
   *[other] { $days } días
  }
share-may-comment = Pueden comentar los incidentes
share-may-comment-short = pueden comentar
share-send = Compartir
share-back = Volver
share-fault-none = Elija al menos un incidente.
share-fault-not-yours = { $count ->
    [one] Se ha omitido un incidente elegido: es de otro establecimiento, solo se le mostró a usted o ya no está.
   *[other] Se han omitido { $count } incidentes elegidos: son de otro establecimiento, solo se le mostraron a usted o ya no están.
  }
share-fault-most = Se comparten como máximo { $most } incidentes a la vez. Comparta los demás en otro paso.
share-first-of-list = La lista muestra { $count } incidentes. Aquí están elegidos los primeros { $most }; comparta los demás en otro paso, por ejemplo por fechas.
share-fault-address = No es una dirección: { $list }
share-fault-domain = Las reglas de la cuenta no permiten compartir con: { $list }
share-fault-nobody = Escriba al menos una dirección.
share-fault-many = Son más de { $most } direcciones. Comparta en varias veces.
share-fault-note = La nota es demasiado larga.
share-fault-days = Elija cuánto tiempo funcionan los enlaces.

share-sent-title = Compartido
share-by-at = Compartido por { $name }, { $at }
share-ends = termina el { $at }
share-who = Con quién
share-seen = { $all ->
    [one] { $seen ->
        [0] Nadie lo ha visto todavía
       *[other] El destinatario lo ha visto
      }
   *[other] Lo han visto { $seen } de { $all }
  }
share-address = Dirección
share-letter = Correo
share-letter-pending = en camino
share-letter-sending = en camino
share-letter-sent = enviado
share-letter-failed = no entregado
share-letter-unknown = quizá enviado
share-link = Enlace
share-state-live = funciona hasta
share-state-expired = caducado
share-state-revoked = retirado
share-looks = Vistas
share-first = Primera
share-last = Última
share-actions = Acciones
share-resend = Enviar de nuevo
share-revoke = Retirar
share-revoke-all = Retirar todos los enlaces
share-new-end = Desde hoy, durante
share-end-all = Fijar para todos
share-gone = Lo que se compartió se ha eliminado.
share-gone-some = { $count ->
    [one] Un incidente se guardó el tiempo acordado y se ha eliminado.
   *[other] { $count } incidentes se guardaron el tiempo acordado y se han eliminado.
  }
share-more = { $count ->
    [one] y uno más
   *[other] y { $count } más
  }
share-nights = Noches
share-list-title = Lo que se ha compartido
share-received = Compartido con usted
share-list-none = Todavía no se ha compartido nada.
share-shared = Compartido
share-link-end = Hasta

share-open-title = { $name } comparte algo con usted
share-open-why = Ve esta página porque { $name } la compartió con usted por medio de { $brand }. El enlace es personal.
share-comments = Comentarios
share-comment = Su comentario
share-comment-send = Comentar
share-history = Otros incidentes de este caso que usted ha recibido
share-expired-title = Este enlace ha caducado
share-revoked-title = Este enlace ha sido retirado
share-ended-text = Lo que se compartió con usted ya no se puede ver aquí. Puede pedir acceso; la respuesta llega por correo a la dirección a la que se envió el enlace.
share-your-name = Su nombre
share-your-address = Su dirección de correo
share-why = Por qué quiere verlo
share-ask = Pedir acceso
share-ask-help = Diga quién es. Se avisa a quienes atienden el lugar, y usted recibe la respuesta por correo.
share-ask-fault-address = Eso no es una dirección de correo.
share-ask-fault-name = Escriba su nombre.
share-asked-title = Se ha pedido acceso
share-asked-done = Se avisa a quienes atienden el lugar. Usted recibe la respuesta por correo.
share-not-given-title = Esto no se compartió con usted
share-not-given-text = No existe ese incidente, o no se le ha dado a usted. Si alguien le envió aquí, puede pedir acceso.

share-letter-subject = { $name } comparte { $count ->
    [one] un incidente
   *[other] { $count } incidentes
  } en { $site } con usted
share-letter-heading = { $count ->
    [one] Un incidente
   *[other] { $count } incidentes
  } en { $site }
share-letter-heading-nights = { $count ->
    [one] Un incidente
   *[other] { $count } incidentes
  } en { $site }, del { $first } al { $last }
share-letter-text = { $name } quiere que vea esto. El enlace abre la foto, los hechos y las grabaciones.
share-letter-granted-subject = Ya tiene acceso: { $site }
share-letter-granted-heading = Ya tiene acceso
share-letter-granted-text = { $name } le permite ver lo que pidió. El enlace abre la foto, los hechos y las grabaciones.
share-letter-open = Abrir
share-letter-until = El enlace funciona hasta el { $at }.
share-letter-personal = El enlace es personal: quien lo tenga puede ver esto. No lo reenvíe, por favor.
share-asked-subject = { $name } pide acceso: { $site }
share-asked-heading = Alguien pide acceso
share-asked-text = { $name } ({ $address }) quiere ver un incidente en { $site }.
share-asked-open = Ver la solicitud
share-asked-small = El enlace muestra la solicitud y le permite concederla o rechazarla, una sola vez. Funciona 14 días.
share-declined-subject = Su solicitud de acceso
share-declined-heading = Su solicitud fue rechazada
share-declined-text = Quienes atienden el lugar han rechazado su solicitud de acceso. Si cree que es un error, pregúnteles.
share-fresh-subject = Su nuevo enlace: { $site }, noche del { $night }
share-fresh-heading = Su nuevo enlace
share-fresh-text = Pidió un nuevo enlace al informe de { $site }, noche del { $night }. Aquí está.

share-decide-title = Una solicitud de acceso
share-decide-help = No ocurre nada hasta que pulse un botón. La persona recibe su respuesta por correo.
share-grant = Conceder
share-grant-for = Acceso durante
share-decline = Rechazar
share-done-granted = Se ha concedido el acceso. La persona recibe un enlace por correo.
share-done-declined = La solicitud se ha rechazado. La persona lo sabrá por correo.
share-done-answered = Esto ya se ha respondido.
share-done-refused = Las reglas de la cuenta no permiten compartir con esta dirección.
share-done-gone = Lo que se pidió ya no existe.
share-done-link = El nuevo enlace está en camino.
share-request-open = abierta
share-request-granted = concedida
share-request-declined = rechazada
share-request-decided = respondida el { $at }
share-requests-title = Solicitudes
share-requests-open = Solicitudes de acceso abiertas
share-requests-none = Nadie espera una respuesta.
share-requests-answered = Respondidas
share-links-title = Peticiones de un nuevo enlace
share-links-none = Nadie espera un nuevo enlace.
share-links-what = Qué
share-links-asked = Pedido
share-links-send = Enviar un nuevo enlace
share-links-report = informe
share-links-pdf = PDF
share-links-incident = incidente
share-links-clip = grabación

share-whitelist-title = Quién puede ver este lugar
share-whitelist-help = Estas personas pueden entrar con su correo, aunque no son contactos del lugar.
share-whitelists-help = Elija un establecimiento para ver quién puede consultarlo, dar acceso a alguien o quitárselo.
share-whitelist-count = { $count ->
    [0] nadie con acceso
    [one] una persona con acceso
   *[other] { $count } personas con acceso
  }
share-whitelist-now = Autorizados
share-whitelist-none = No hay nadie en la lista.
share-whitelist-sees = Ve
share-whitelist-shared = lo que se compartió
share-whitelist-whole = todo
share-whitelist-since = Desde
share-whitelist-forever = sin fin
share-whitelist-end = Fijar el fin
share-whitelist-revoke = Quitar
share-whitelist-add = Autorizar a alguien
share-whitelist-add-do = Autorizar
share-whitelist-past = Terminados
share-whitelist-ended = Terminó
share-why-listed = Por qué
