# La mesa del personal, y las operaciones.

desk-lead = Encuentre un lugar y sus noches, vea qué se envió y corrija lo que estaba mal.
desk-find = Buscar un lugar
desk-find-what = Referencia, nombre, dirección o correo de un contacto
desk-find-do = Buscar
desk-night-of = Noche del
desk-night-bad = Esto no es una fecha.
desk-mails-to = Correos a { $address }
desk-found = { $count ->
    [one] Un lugar
   *[other] { $count } lugares
  }
desk-found-more = Coinciden { $count } más; escriba más del nombre.
desk-found-none = Ningún lugar coincide.
desk-no-report = Aún no hay informe
desk-mail-lookup = ¿Qué recibieron?
desk-mail-what = Dirección de correo, Message-ID o identificador del correo

desk-revisions = Revisiones
desk-revision = Revisión
desk-revision-number = Revisión { $number }
desk-night = Noche
desk-nights = Noches
desk-state = Estado
desk-cause = Motivo
desk-mails = Correos
desk-mails-none = ninguno
desk-frozen = Fijado
desk-incomplete = incompleto
desk-reports = Informes
desk-reports-more = Estos son los últimos; para ir más atrás, abra una noche por su fecha.
desk-state-planned = en espera
desk-state-built = hecho
desk-state-skipped = tranquila, no enviada
desk-state-failed = fallido
desk-state-held = retenido
desk-cause-schedule = Horario
desk-cause-manual = A mano
desk-cause-regenerate = Rehecho

desk-mail-pending = en espera
desk-mail-sending = enviándose
desk-mail-sent = enviado
desk-mail-deferred = se reintenta más tarde
desk-mail-failed = fallido
desk-mail-bounced = devuelto
desk-mail-suppressed = suprimido
desk-mail-unknown = destino desconocido

desk-night-open = Abrir la noche
desk-night-before = Noche anterior
desk-night-after = Noche siguiente
desk-contacts = Contactos
desk-contacts-none = A nadie se avisa sobre este lugar.
desk-contact-notified = recibe avisos
desk-contact-silent = no recibe avisos
desk-contact-unsubscribed = se dio de baja: { $at }
desk-contact-fed = corregida; el proveedor dice { $address }
desk-contact-mails = Correos
desk-contact-correct = Corregir la dirección

desk-regenerate = Rehacer esta noche
desk-regenerate-text = La noche se hace de nuevo con los datos de hoy, como revisión { $number }. No se envía nada a nadie: primero ve usted la diferencia.
desk-reason = Motivo
desk-reason-help = El cliente lo lee si usted envía la corrección.
desk-reason-kept = Motivo (queda registrado)
desk-regenerate-do = Hacer la revisión
desk-building = Se está haciendo la revisión
desk-building-text = Esta página la muestra en cuanto esté.
desk-building-error = El último intento: { $error }
desk-look-again = Mirar otra vez
desk-not-built = Aquí no hay nada que abrir.
desk-removed = Los archivos de esta revisión se eliminaron al vencer su plazo: { $at }

desk-open-report = Abrir el informe
desk-as-readers = Lo que sigue es el informe tal como lo ven sus lectores.
desk-artifacts = Archivos guardados
desk-artifact = Archivo
desk-bytes = Bytes
desk-difference = Qué cambió
desk-difference-of = De la revisión { $from } a la revisión { $to }:
desk-difference-none = Nada: ambas revisiones dicen lo mismo.
desk-difference-alone = No hay otra revisión con la que comparar.
desk-compare = Comparar la revisión { $number } con
desk-compare-do = Comparar

desk-send = Enviar
desk-send-revision = Enviar la revisión { $number }
desk-superseded = Hay una revisión más nueva: { $number }. Envíe esa.
desk-test = Prueba
desk-test-text = Un correo marcado TEST, a usted en { $address } y a nadie más.
desk-test-do = Enviarme una prueba
desk-readers = Destinatarios
desk-send-help = Cada uno recibe esta revisión una vez, en la dirección que se muestra.
desk-send-some = Enviar a los seleccionados
desk-send-all = Enviar a los { $count }
desk-send-none = Todos han recibido esta revisión.

desk-contact-title = Corregir la dirección de { $name }
desk-contact-text = Desde ahora los correos van a la nueva dirección. Los datos del proveedor quedan como están; esta prevalece.
desk-contact-now = Los correos van a
desk-contact-feeds = El proveedor dice
desk-contact-before = Corregida por última vez por { $by }, { $at }: { $reason }
desk-contact-new = Nueva dirección
desk-contact-new-help = Déjela vacía para volver a la dirección del proveedor.
desk-contact-bad = Dé una dirección de correo posible y un motivo.
desk-contact-no-reason = Indique el motivo: se guarda junto con el cambio.
desk-contact-do = Corregir

desk-mail-to = Para
desk-mail-wanted = Pedido
desk-mail-ended = Concluido
desk-mail-next = Próximo intento
desk-mail-tries = Intentos
desk-mails-nobody = A nadie se escribió sobre esta noche.
desk-mails-unknown = No se conoce ningún correo así.
desk-mails-more = Estos son los últimos.
desk-tests = Correos de prueba
desk-letters = Cartas (acceso, comparticiones, solicitudes)
desk-letters-text = Contienen un enlace que es solo para quien lo recibe, por eso no se guarda su texto. Una compartición se vuelve a enviar desde su página; quien quiera acceder pide una carta nueva.
desk-letter-tries = { $count ->
    [one] un intento
   *[other] { $count } intentos
  }
desk-bounces = Devueltos
desk-bounce-hard = Rechazado definitivamente
desk-bounce-soft = Rechazado por ahora
desk-bounce-complaint = Denunciado como no deseado
desk-suppressed-title = No se envía nada a { $address }
desk-suppressed-hard-bounce = Desde { $since }: un correo se devolvió definitivamente.
desk-suppressed-complaint = Desde { $since }: su lector denunció un correo como no deseado.
desk-suppressed-soft-bounces = Desde { $since }: se devolvieron demasiados correos.
desk-suppressed-manual = Desde { $since }: alguien lo pidió.
desk-tries = Intentos
desk-tries-none = Aún no se ha intentado.
desk-try = Intento
desk-try-began = Comenzó
desk-try-server = Servidor
desk-try-reply = Respuesta
desk-try-took = ms
desk-try-open = en curso
desk-outcome-accepted = aceptado
desk-outcome-transient = rechazado por ahora
desk-outcome-permanent = rechazado definitivamente
desk-outcome-unknown = desconocido
desk-what-they-got = Lo que recibieron
desk-mail-text = Como texto simple
desk-mail-source = Guardar los bytes exactos (.eml)
desk-mail-head = Todos los campos de cabecera
desk-attached = Adjuntos: { $names }
desk-resend = Enviarlo otra vez
desk-resend-again = Enviarlo otra vez…
desk-resend-failed = { $count ->
    [one] Enviar otra vez el correo fallido
   *[other] Enviar otra vez los { $count } correos fallidos
  }
desk-resend-sure = ¿Enviar otra vez este correo a { $address }?
desk-resend-sent = Ya se envió, así que llegará dos veces.
desk-resend-unknown = Nadie sabe si llegó, así que puede llegar dos veces.
desk-resend-same = Es el mismo mensaje con el mismo Message-ID.
desk-cancel = Dejarlo

desk-said-corrected = La dirección está corregida.
desk-said-reason = Dé un motivo: el cliente lo lee.
desk-said-nothing = No había nada que enviar otra vez.
desk-said-resent = Está otra vez en camino.
desk-said-no-report = Esta noche aún no tiene informe que rehacer.
desk-said-sent = La revisión está en camino.
desk-said-nobody = No se seleccionó a nadie que no tenga ya esta revisión.
desk-said-meanwhile = El informe cambió entretanto. Mírelo e inténtelo de nuevo.
desk-said-superseded = Hay una revisión más nueva. Envíe esa.
desk-said-test-sent = El correo de prueba se envió.
desk-said-test-failed = El correo de prueba no salió. Busque su dirección para ver por qué.
desk-said-test-waits = El servidor de correo tarda. Busque su dirección en un minuto para ver qué fue de la prueba.
desk-said-left = Se dejó como está: ya está en camino o no tiene mensaje.
desk-said-run = La tarea está en marcha.
desk-said-run-twice = La tarea se inició hace un momento; se ejecuta una vez.
desk-said-run-empty = La tarea no abarca ningún lugar; no hay nada que hacer.
desk-said-paused = La tarea está en pausa, en todos los procesos.
desk-said-paused-before = La tarea ya estaba en pausa.
desk-said-resumed = La tarea se cumple otra vez.
desk-said-not-paused = La tarea no estaba en pausa.
desk-said-released = El informe retenido se libera; se hace con lo que hay.
desk-said-not-held = Ya no estaba retenido.
desk-said-lifted = La dirección vuelve a recibir correos desde la próxima noche.
desk-said-not-suppressed = La dirección ya no estaba suprimida.

ops-live = En directo
ops-live-off = Sin conexión; lo que ve no está al día
ops-still = Estado al cargar la página; cárguela otra vez para ver el actual
ops-at = Estado: { $at } UTC. Donde no se nombra una zona, las horas son UTC.
ops-tile-health = Fallos de salud
ops-tile-workers = Procesos activos
ops-tile-queue = Tareas pendientes
ops-tile-waiting = En espera
ops-tile-held = Retenidos
ops-tile-failed = Fallos
ops-jobs = Tareas programadas
ops-jobs-none = jobs.toml no tiene ninguna tarea.
ops-paused = en pausa
ops-paused-since = En pausa desde { $since } por { $by }:
ops-schedule = Horario
ops-zone = Zona horaria
ops-zone-own = la de cada lugar
ops-sites = Lugares
ops-deadline = Plazo
ops-next = Próxima
ops-next-paused = Sería la próxima
ops-next-none = No viene nada: no abarca ningún lugar.
ops-last = Última ejecución: { $at }
ops-runs = Últimas ejecuciones
ops-runs-none = Aún no se ha ejecutado nada.
ops-run = Ejecución
ops-stages = Etapas
ops-outcome-running = en curso
ops-outcome-done = hecho
ops-outcome-failed = fallido
ops-built = { $done } de { $all } hechos
ops-open = { $count } abiertos
ops-held-count = { $count } retenidos
ops-failed-count = { $count } fallidos
ops-sent = { $done } de { $all } enviados
ops-under-way = { $count } en camino
ops-suppressed-count = { $count } suprimidos
ops-unsent = { $count } no enviados
ops-stage-wait = primer informe a los { $took }
ops-stage-build = elaboración { $took }
ops-stage-mail = envío { $took }
ops-stage-name-wait = Hasta el primer informe
ops-stage-name-build = Del primer al último informe
ops-stage-name-mail = Del primer al último correo
ops-time-planned = Planificado
ops-time-first-built = Primer informe fijado
ops-time-last-built = Último informe fijado
ops-time-first-mail = Primer correo pedido
ops-time-last-mail = Último correo concluido
ops-seconds = { $number } s
ops-minutes = { $number } min
ops-hours = { $number } h
ops-days = { $number } d
ops-waiting = Lugares en espera
ops-waiting-none = No se espera a ningún lugar.
ops-wait-error = No se pudo hacer y se reintenta: { $error }
ops-wait-feed = Hay datos hasta { $known }; se espera hasta { $until }
ops-wait-never = El proveedor no ha dicho hasta dónde ha llegado; se espera hasta { $until }
ops-wait-queue = En la cola
ops-since = desde hace { $took }
ops-held = Informes retenidos
ops-held-none = Ningún informe está retenido.
ops-held-why = Los datos están incompletos y la tarea retiene esos informes
ops-release = Liberar
ops-failed = Fallos de los últimos tres días
ops-failed-none = Nada falló.
ops-more-waiting = { $count ->
    [one] Espera un lugar más
   *[other] Esperan { $count } lugares más
  }
ops-more-held = { $count ->
    [one] Un informe retenido más
   *[other] { $count } informes retenidos más
  }
ops-more-failed = { $count ->
    [one] Un informe fallido más
   *[other] { $count } informes fallidos más
  }
ops-more-mails = { $count ->
    [one] Un correo más
   *[other] { $count } correos más
  }
ops-list-waiting = Lugares en espera
ops-list-held = Informes retenidos
ops-list-failed = Informes fallidos de los últimos tres días
ops-list-mails = Correos de los últimos tres días que no llegaron
ops-list-none = No queda ninguno.
ops-queue = Cola
ops-lanes = Tareas pendientes
ops-lane = Carril
ops-lane-waiting = En espera
ops-lane-oldest = La más antigua
ops-lane-build = Elaboración
ops-lane-deliver = Envío
ops-lane-house = Casa y cartas
ops-lane-mails = Correos aún no enviados
ops-workers = Procesos activos
ops-worker = Proceso
ops-worker-seen = Visto por última vez
ops-workers-none = Ninguno: no se hace ni se envía nada.
ops-suppressed = Direcciones suprimidas
ops-suppressed-none = Ninguna dirección está suprimida.
ops-lift = Volver a escribirle
ops-health = Salud
ops-check-database = Base de datos
ops-check-schema = Esquema
ops-check-archive = Archivo
ops-check-identity = Identidad de la base de datos
ops-alerts = Últimas alertas
ops-alerts-none = A nadie se alertó.
ops-channel-mail = por correo
ops-channel-hook = por webhook
ops-waits = Datos incompletos
ops-waits-send = se espera { $took } y luego se envía con lo que hay
ops-waits-hold = se espera { $took } y luego se retiene
ops-catch-up = Ocasiones perdidas
ops-catch-up-skip = se dan por perdidas
ops-catch-up-latest = se ejecuta la última, si no tiene más de { $age }
ops-catch-up-all = se ejecutan todas las que no tengan más de { $age }
ops-run-now = Ejecutar ahora
ops-run-now-text = Hace y envía la última noche de cada uno de sus { $sites } lugares. Los informes que ya existen ni se rehacen ni se envían otra vez. Si se pulsa dos veces, se ejecuta una.
ops-pause = Poner en pausa
ops-pause-text = Hasta que alguien la reanude, ningún proceso inicia ninguna de sus ocasiones. Lo que está en curso termina; lo que usted inicia a mano se ejecuta.
ops-resume = Reanudar
ops-resume-text = Sus ocasiones vuelven a iniciarse.
ops-resume-skip = Las que cayeron en la pausa se dan por perdidas, salvo una de los últimos cinco minutos.
ops-resume-latest = De las que cayeron en la pausa solo se ejecuta la última, si no tiene más de { $age }.
ops-resume-all = Las que cayeron en la pausa se ejecutan todas si no tienen más de { $age }.
ops-pauses = Pausas
ops-pauses-now = ahora
ops-resumed-by = reanudada por { $by }
ops-site = Lugar
ops-reports-more = Estos son los primeros; los que no están bien van delante.
ops-reports-none = Sus informes pertenecen ya a otra ejecución, o existían antes.
desk-links = Enlaces
desk-links-working = funcionan hasta el { $at }
desk-links-ended = vencieron el { $at }
desk-links-withdrawn = retirados el { $at }
desk-withdraw = Retirar sus enlaces
desk-withdraw-means = Desde ahora los enlaces de este correo no llevan a ninguna parte, en todos los procesos, los tenga quien los tenga. Quien inicie sesión con su dirección tampoco verá ya este informe. El correo mismo no se puede recuperar. Lo que se compartió desde él tiene su propio final.
desk-said-withdrawn = Los enlaces de este correo ya no llevan a ninguna parte.
desk-said-withdrawn-before = Ya no llevaban a ninguna parte.
desk-said-why = Dé un motivo: queda registrado.
