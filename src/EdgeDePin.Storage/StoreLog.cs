using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage;

internal static partial class StoreLog
{
    [LoggerMessage(1, LogLevel.Information, "Store {Folder} open: {Points} points in {Measurements} measurements, head {Head}")]
    public static partial void StoreOpened(this ILogger logger, string folder, long points, int measurements, long head);

    [LoggerMessage(2, LogLevel.Error, "{File} is damaged ({Reason}); set aside as {Aside} and carried on with what is whole")]
    public static partial void Damaged(this ILogger logger, string file, string reason, string aside);

    [LoggerMessage(3, LogLevel.Warning, "Quarantined {Count} points, the first: {Reason}")]
    public static partial void Quarantined(this ILogger logger, int count, string reason);

    [LoggerMessage(4, LogLevel.Information, "Forwarder {Name}: {State} at {Cursor} of {Head}. {Reason}")]
    public static partial void ForwarderTurned(this ILogger logger, string name, string state, long cursor, long head, string reason);

    [LoggerMessage(5, LogLevel.Error, "Points {First} to {Last} are lost: {File}, {Bytes} bytes, {Reason}")]
    public static partial void Lost(this ILogger logger, long first, long last, string file, long bytes, string reason);

    [LoggerMessage(6, LogLevel.Error, "The row about what is lost could not be stored: {Reason}")]
    public static partial void GapNotStored(this ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Information, "A shard of {Rows} rows in {Bytes} bytes took the place of {Points} points in the log")]
    public static partial void Compacted(this ILogger logger, long rows, long bytes, long points);

    [LoggerMessage(8, LogLevel.Warning, "{Reason}")]
    public static partial void NotCompacted(this ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Information, "{Shards} shards of {Before} bytes were written anew in {After} bytes; {Lost} points became less. {Cause}")]
    public static partial void Rewritten(this ILogger logger, int shards, long before, long after, long lost, string cause);

    [LoggerMessage(10, LogLevel.Error, "The disk of {Folder} is full: writes are put off until there is space. Free some, or set QuotaMegabytes")]
    public static partial void DiskFull(this ILogger logger, string folder);

    [LoggerMessage(11, LogLevel.Information, "The disk of {Folder} takes writes again; {PutOff} commits were put off")]
    public static partial void DiskTakesAgain(this ILogger logger, string folder, long putOff);
}
