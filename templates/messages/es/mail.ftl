# El correo de la noche en español. Cada clave está en todos los idiomas con las mismas variables; una prueba lo compara.

## Counts
count-incidents = { $count ->
    [one] { $count } incidente
   *[other] { $count } incidentes
}
count-escalated = { $count ->
    [one] { $count } evento escalado
   *[other] { $count } eventos escalados
}
count-interactions = { $count ->
    [one] { $count } intervención
   *[other] { $count } intervenciones
}
quiet-night = noche tranquila
case = Caso { $number }, { NUMBER($instance, type: "ordinal") ->
   *[other] { $instance }.ª vez
}

## Subject and marks
subject-night = noche del { $date }
mark-test = PRUEBA
mark-incomplete = INCOMPLETO
mark-late = CON RETRASO
mark-correction = CORRECCIÓN

## Opening
preheader-activity = { $detections ->
    [one] { $detections } detección
   *[other] { $detections } detecciones
}, { $reviewed } revisadas
night-of = Noche del { $date }
window = de { $from } a { $to }
zone = { $name } ({ $id }, { $offset })
zone-change = Esta noche cambió la hora, de { $from } a { $to }.
greeting = Buenos días, { $name }:
greeting-nobody = Buenos días:
lead-quiet = Una noche tranquila: no se escaló nada y no hubo que dirigirse a nadie. Abajo se indica lo que vigilamos.
lead-quiet-incomplete = Por ahora no consta nada de esta noche, pero nuestros datos están incompletos, como se indica arriba.
lead-escalated = { $count ->
    [0] Esta noche no se escaló nada.
    [one] Esta noche se escaló un evento.
   *[other] Esta noche se escalaron { $count } eventos.
}
lead-interactions = { $count ->
    [one] Nuestros operadores atendieron una intervención de rutina.
   *[other] Nuestros operadores atendieron { $count } intervenciones de rutina.
}

## Notices
test-lead = Esto es una prueba. Se ha enviado solo a usted; no tiene que hacer nada.
late-lead = Este informe llega con retraso.
late-since = Debía enviarse el { $due }; nuestro sistema no estaba en funcionamiento en ese momento.
missing-lead = Este informe está incompleto.
missing-feed = No hemos recibido los eventos de su local de esta noche.
missing-feed-after = No hemos recibido ningún evento posterior a esta hora: { $time }.
missing-activity = No se sabe cuánto se detectó, se filtró y se revisó.
missing-clips = { $count ->
    [one] Falta la grabación de un clip.
   *[other] Faltan las grabaciones de { $count } clips.
}
missing-photos = { $count ->
    [one] Falta una foto.
   *[other] Faltan { $count } fotos.
}
correction-lead = Este informe sustituye a uno anterior (revisión { $revision }).
correction-reason = Motivo
correction-by = Solicitado por
correction-changes = Qué ha cambiado
correction-more = { $count ->
    [one] Y un cambio más.
   *[other] Y { $count } cambios más.
}
change-added = Se añade
change-removed = Se retira
change-edited = Se modifica
change-incident = Incidente
change-interaction = Intervención
change-transaction = Transacción
change-activity = Lo procesado
change-completeness = Lo que falta
field = { $field ->
    [description] descripción
    [kind] tipo
    [occurred_at] hora
    [started_at] inicio
    [ended_at] fin
    [at] hora
    [level] nivel
    [camera] cámara
    [operator] operador
    [notes] notas
    [actions] acciones
    [clip] clip
    [clips] clips
    [photo] foto
    [case] caso
    [reported_by] informante
    [transaction] transacción
    [terminal] terminal
    [currency] moneda
    [lines] artículos
    [payment] pago
    [detections] detecciones
    [filtered] filtradas
    [reviewed] revisadas
    [timeline_url] enlace al vídeo
   *[other] { $field }
}

## Summary
summary-heading = Lo que se procesó
column-what = Recuento
column-night = Esta noche
column-average = { $nights ->
    [one] Noche anterior
   *[other] Media de { $nights } noches
}
row-detections = Detecciones
row-filtered = Filtradas
row-reviewed = Revisadas por una persona
row-interactions = Intervenciones
row-incidents = Incidentes
interactions-split = { $normal } de rutina, { $escalated } { $escalated ->
    [one] escalada
   *[other] escaladas
}
chart-heading = Las últimas ocho noches
chart-interactions = Intervenciones
chart-incidents = Incidentes
chart-alt = Gráfico de barras de las últimas noches. { $nights }.
chart-night = { $day }: { $interactions ->
    [one] { $interactions } intervención
   *[other] { $interactions } intervenciones
}, { $incidents ->
    [one] { $incidents } incidente
   *[other] { $incidents } incidentes
}
types-heading = Intervenciones por tipo
column-type = Tipo
column-normal = Rutina
column-escalated = Escaladas
types-more = { $count ->
    [one] Y un tipo más en la versión para el navegador.
   *[other] Y { $count } tipos más en la versión para el navegador.
}

## Events
incidents-heading = Informe de incidentes
interactions-heading = Intervenciones de rutina
level = Nivel { $level }
reported-by = Informado por { $name }
actions = Acciones
actions-more = { $count ->
    [one] y una más
   *[other] y { $count } más
}
operator-notes = Notas del operador
operator = Operador { $name }
transaction-line = { $terminal }: { $paid } pagado, { $unpaid } sin pagar
photo-alt = Foto del incidente, { $time }: { $kind }
photo-missing = Foto no disponible
photo-elsewhere = La foto se muestra en la versión para el navegador.
link-share = Abrir incidente
link-timeline = Ver en su aplicación
link-clip = Ver clip
link-clip-of = Ver clip: { $camera }
link-external = Ver en { $place }
external-password = Contraseña:
external-place = Grabación: { $place }
clip-missing = Clip no disponible
clips-more = { $count ->
    [one] y un clip más
   *[other] y { $count } clips más
}
link-continue = Seguir leyendo en el navegador
brief-heading = { $count ->
    [one] Un incidente más, en breve
   *[other] { $count } incidentes más, en breve
}
more-incidents = { $count ->
    [one] Y un incidente más en la versión para el navegador:
   *[other] Y { $count } incidentes más en la versión para el navegador:
}
more-interactions = { $count ->
    [one] Y una intervención más en la versión para el navegador:
   *[other] Y { $count } intervenciones más en la versión para el navegador:
}
column-time = Hora
column-event = Evento

## Transactions
transactions-heading = Informe de transacciones
transactions-count = { $count ->
    [0] Los incidentes de esta noche, sin transacciones.
    [one] Una transacción, con sus artículos y lo que se pagó.
   *[other] { $count } transacciones, con sus artículos y lo que se pagó.
}
transactions-unpaid = Llevado sin pagar: { $amount }
pdf-attached = El informe va adjunto a este correo en PDF.
pdf-linked = El informe se abre en PDF con este enlace.
link-pdf = Abrir el PDF

## What was watched
watched-heading = Lo que se vigiló
cameras-count = { $count ->
    [0] No consta ninguna cámara de este local.
    [one] Una cámara
   *[other] { $count } cámaras
}
cameras-more = { $count ->
    [one] y una más
   *[other] y { $count } más
}

## Closing
link-open = Abrir en el navegador
footer-why = Recibe este correo porque es contacto de notificación de { $site }.
link-unsubscribe = Dejar de recibir estos correos
footer-support = ¿Preguntas? { $support }
footer-built = Informe del { $built }, revisión { $revision }. Las horas son las locales del lugar.
