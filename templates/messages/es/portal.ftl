# Páginas tras los enlaces de un correo.

page-night = Noche del { $date }
page-window = { $from } – { $to }
page-zone = { $name } ({ $offset })
page-revision = Revisión { $revision }
page-built = Fijado: { $at }
page-skip = Ir a los eventos
page-footer-why = Ve esta página porque un correo de { $brand } dirigido a usted llevaba su enlace. El enlace es personal: quien lo tenga puede leer este informe.
page-footer-until = El enlace funciona hasta: { $at }
page-support = Preguntas: { $support }

page-incomplete-title = Este informe está incompleto
page-incomplete-feed = No se sabe qué ocurrió después del { $until }: los eventos del sitio aún estaban llegando.
page-incomplete-feed-never = El sitio no ha indicado si han llegado todos sus eventos.
page-incomplete-activity = No se comunicó lo que detectaron las cámaras esa noche.
page-incomplete-clip = Falta una grabación: { $what }
page-incomplete-photo = Falta una foto: { $what }
page-correction-title = Este es un informe corregido
page-correction-reason = Motivo: { $reason }
page-correction-by = Corregido por { $by }.
page-correction-changes = Qué ha cambiado
page-newer = Este informe se ha corregido desde entonces: existe una revisión { $revision }, que puede decir otra cosa.

page-change-incident = Incidente { $ref }
page-change-interaction = Interacción { $ref }
page-change-transaction = Transacción { $ref }
page-change-activity = Lo procesado
page-change-completeness = Lo que falta
page-change-added = añadido
page-change-removed = eliminado
page-change-edited = modificado
page-change-fields = modificado: { $fields }

page-summary = Lo procesado
page-detections = Detecciones
page-filtered = Descartadas
page-reviewed = Revisadas
page-interactions = Interacciones
page-incidents = Incidentes
page-usual = lo habitual: { $number }
page-usual-help = «Lo habitual» es { $nights ->
    [one] el valor de la noche anterior
   *[other] la media de las { $nights } noches anteriores
  }.
page-unknown = sin datos
page-past = Las últimas noches
page-past-night = Noche
page-tonight = esta noche
page-types = Interacciones por tipo
page-type = Tipo
page-normal = Normales
page-escalated = Escaladas
page-total = Total
page-quiet-title = Una noche tranquila
page-quiet = Nada se escaló y nadie tuvo que intervenir. Se vigilaron estas cámaras: { $cameras }.
page-quiet-bare = Nada se escaló y nadie tuvo que intervenir.

page-filter = Buscar eventos
page-filter-text = Texto
page-filter-text-hint = Notas, artículo, operador…
page-filter-camera = Cámara
page-filter-type = Tipo
page-filter-level = Nivel
page-filter-any = Todos
page-filter-sort = Orden
page-sort-time = Primero los más tempranos
page-sort-latest = Primero los más tardíos
page-sort-level = Primero los escalados
page-sort-camera = Por cámara
page-sort-type = Por tipo
page-filter-apply = Mostrar
page-filter-reset = Mostrar todo
page-count = { $total ->
    [one] { $shown } de { $total } evento
   *[other] { $shown } de { $total } eventos
  }
page-count-none = Ningún evento coincide. Vuelva a mostrar todo para ver la noche completa.

page-escalations = Escalado
page-normals = Interacciones normales
page-events = Eventos
page-level = Nivel { $level }
page-time = Hora
page-camera = Cámara
page-operator = Operador
page-reported-by = Comunicado por
page-case = Caso { $number } · { $instance }.ª vez
page-case-tonight = Otros incidentes de este caso esa noche: { $list }.
page-description = Qué ocurrió
page-notes = Notas del operador
page-actions = Qué se hizo
page-photo-alt = Foto del incidente de las { $time }: { $kind }
page-photo-missing = Falta la foto.
page-clip = Grabación
page-clip-play = Reproducir la grabación
page-clip-open = Abrir en otra pestaña
page-clip-at = empieza a las { $time }
page-clip-seconds = { $seconds } s
page-clip-missing = Falta la grabación.
page-clip-external = La grabación solo puede verse fuera.
page-clip-external-open = Verla en { $host }
page-clip-password = Contraseña: { $password }
page-timeline = Ver este segundo en su propia aplicación
page-share = Incidente

page-transactions = Transacciones
page-transaction = Transacción en { $terminal }
page-sku = N.º de artículo
page-item = Artículo
page-quantity = Cantidad
page-price = Precio
page-amount = Importe
page-paid = pagado
page-unpaid = no pagado
page-status = Estado
page-paid-total = Pagado
page-unpaid-total = Llevado sin pagar
page-sum = Total
page-payment = Pagado { $amount } ({ $method })
page-payment-card = Pagado { $amount } ({ $method }, termina en { $last4 })
page-pdf = Informe de transacciones (PDF)

page-unsubscribe-title = ¿Dejar de recibir estos correos?
page-unsubscribe-text = { $name }, no recibirá más informes matinales sobre { $site } por correo. Todavía no ha cambiado nada.
page-unsubscribe-button = Dejar los correos sobre { $site }
page-unsubscribed-title = No más correos sobre { $site }
page-unsubscribed-since = Registrado: { $at }
page-unsubscribed-text = Los informes que ya están en camino aún pueden llegar. Para volver a recibir los correos, pídalo a quienes atienden su sitio.

page-external-title = Esta grabación solo puede verse fuera
page-external-text = La guarda su propietario. Abra el enlace; si se pide una contraseña, se muestra aquí.

page-asked-title = Se ha pedido un enlace nuevo
page-asked-text = El personal ya lo sabe y lo enviará a la dirección a la que fue el correo. Puede cerrar esta página.

fault-link-title = Este enlace no lleva a ninguna parte
fault-link-text = Puede que se cortara al copiarlo. Ábralo desde el propio correo.
fault-page-title = Esta página no existe
fault-page-text = Abra el enlace desde el propio correo.
fault-expired-title = Este enlace ha caducado
fault-expired-text = Los enlaces de los correos funcionan durante un tiempo limitado. Puede pedir uno nuevo; el personal lo enviará a la dirección a la que fue el correo.
fault-revoked-title = Este enlace se ha retirado
fault-revoked-text = Ya no abre nada. Puede pedir uno nuevo; el personal lo enviará a la dirección a la que fue el correo.
fault-ask = Pedir un enlace nuevo
fault-asked = Se ha pedido un enlace nuevo. El personal lo enviará.
fault-pdf-title = Este informe no tiene PDF
fault-pdf-text = Esa noche no hubo ni incidentes ni transacciones.
fault-removed-title = Esto se ha eliminado
fault-removed-text = Se conservó durante el tiempo acordado y se eliminó el { $date }.
fault-clip-title = Falta esta grabación
fault-clip-text = El informe la nombra, pero no está en el archivo, o ya no.
fault-photo-title = Falta esta foto
fault-photo-text = El informe la nombra, pero no está en el archivo, o ya no.
fault-method-title = Eso no puede hacerse aquí
fault-method-text = Abra el enlace desde el propio correo.
fault-broken-title = Esto no puede mostrarse en este momento
fault-broken-text = Algo no funciona por nuestra parte. Inténtelo de nuevo en unos minutos; si no sirve, dígalo a quienes atienden su sitio.
fault-sign-in-title = Inicie sesión
fault-sign-in-text = Esta página es solo para quienes han iniciado sesión.
fault-forbidden-title = No tiene acceso a esto
fault-forbidden-text = Su cuenta no lo incluye. Pregunte a quien administra su cuenta.
fault-form-title = Esta página llevaba demasiado tiempo abierta
fault-form-text = No se ha cambiado nada. Vuelva atrás, recargue la página y repita lo que hizo.
fault-large-title = Es demasiado grande
fault-large-text = Envíe menos de una vez.
fault-many-title = Demasiados intentos
fault-many-text = Espere un rato e inténtelo de nuevo.

# The navigation of who is signed in
nav-locations = Establecimientos
nav-shares = Compartido
nav-whitelist = Lista de acceso
nav-requests = Solicitudes
nav-account = Cuenta
nav-desk = Escritorio
nav-operations = Operaciones
nav-audit = Registro
nav-me = Usted
nav-out = Cerrar sesión
nav-main = Menú principal
nav-menu = Menú
nav-skip = Ir al contenido
