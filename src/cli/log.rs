//! Log: what happens becomes lines on standard error and, where wanted, traces for an OpenTelemetry collector.

use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};
use url::Url;

use super::{Failure, LogFormat};

/// Where a collector takes traces, below its address (OTLP 1.0, "OTLP/HTTP Request").
const TRACES: &str = "v1/traces";
/// What a collector is told: tasks and their stages, and nothing of the libraries below.
const TRACED: &str = "off,daybreak=debug";
/// A locale that has no symbol for a currency is no news: the currency's code is written then.
const UNTOLD: &str = "icu_provider=off";
/// A collector that does not answer must not hold the program up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Traces under way.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends what was not sent yet, within a limit.
    pub(super) async fn finish(self) {
        // The exporter waits for the collector, and must not do so on a thread of the runtime.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(PATIENCE)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Starts lines of that level and form, and traces where a collector is named.
pub(super) fn start(level: &str, form: LogFormat, collector: Option<&Url>) -> Result<Option<Traces>, Failure> {
    let filter = EnvFilter::new(format!("{level},{UNTOLD}"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match form {
        LogFormat::Text => lines.with_target(false).with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    };
    let provider = collector.map(provider).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let tracer = provider.tracer("daybreak");
        tracing_opentelemetry::layer().with_tracer(tracer).with_filter(EnvFilter::new(TRACED))
    });
    tracing_subscriber::registry().with(lines).with(spans).init();
    Ok(provider.map(Traces))
}

fn provider(collector: &Url) -> Result<SdkTracerProvider, Failure> {
    let endpoint = format!("{}/{TRACES}", collector.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .with_timeout(PATIENCE)
        .build()?;
    let resource = Resource::builder().with_service_name("daybreak").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
