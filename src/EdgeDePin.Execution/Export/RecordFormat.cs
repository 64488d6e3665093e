namespace EdgeDePin.Execution.Export;

/// <summary>What records can be written as.</summary>
public enum RecordFormat
{
    /// <summary>Perfetto's protobuf trace: a track for each lane, an arrow for each dependency.</summary>
    Perfetto,

    /// <summary>Chrome's trace-event JSON: opens in Perfetto, chrome://tracing and speedscope.</summary>
    Chrome,

    /// <summary>OpenTelemetry spans as OTLP JSON; dependencies are links.</summary>
    Otlp,

    /// <summary>WfFormat 1.5, as WfCommons and its simulators read it.</summary>
    WfFormat,

    /// <summary>A Workflow Run RO-Crate (its <c>ro-crate-metadata.json</c>).</summary>
    RoCrate,

    /// <summary>OpenLineage run events, one JSON document a line.</summary>
    OpenLineage,

    /// <summary>A table with a header line.</summary>
    Csv,
}
