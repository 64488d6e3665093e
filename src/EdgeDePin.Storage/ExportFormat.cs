namespace EdgeDePin.Storage;

/// <summary>How <see cref="Store.Export"/> writes what the store holds.</summary>
public enum ExportFormat
{
    /// <summary>One file of line protocol, in the order in which the points were stored.</summary>
    Lp,

    /// <summary>A file per measurement: a row per series and instant, a column per tag and field, sorted by time.</summary>
    Csv,

    /// <summary>The same in Parquet, compressed.</summary>
    Parquet,
}
