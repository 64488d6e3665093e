using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>Everything that the composition of a node has to say.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(1, LogLevel.Warning, "A message on input {Input} from module {Module} was refused: {Reason}")]
    public static partial void MessageRefused(ILogger logger, string input, string module, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The analysis of window {From:O} failed in task {Task}: {Cause}")]
    public static partial void AnalysisFailed(ILogger logger, DateTimeOffset from, string task, string cause);

    [LoggerMessage(3, LogLevel.Warning, "{Dropped} windows were left out because the executor is behind")]
    public static partial void WindowsDropped(ILogger logger, long dropped);

    [LoggerMessage(4, LogLevel.Warning, "Sensor {Sensor}: {Kind}: {Detail}. {Remedy}")]
    public static partial void SensorFaulted(ILogger logger, string sensor, string kind, string detail, string remedy);

    [LoggerMessage(23, LogLevel.Warning, "Execution records are not kept in {Folder}: {Reason}")]
    public static partial void RecordsNotKept(ILogger logger, string folder, string reason);

    [LoggerMessage(21, LogLevel.Warning, "Learned run times could not be saved in {File}: {Reason}")]
    public static partial void TimesNotSaved(ILogger logger, string file, string reason);

    [LoggerMessage(20, LogLevel.Information, "Execution records are kept in {Folder} again; {Missing} are missing there, and it says so")]
    public static partial void RecordsKeptAgain(ILogger logger, string folder, long missing);

    [LoggerMessage(10, LogLevel.Information, "The device started at {BootedAt:O} ({State}); readings are stamped accordingly")]
    public static partial void ClockSet(ILogger logger, DateTimeOffset bootedAt, Clocks.ClockState state);

    [LoggerMessage(11, LogLevel.Warning, "The clock was set: {Points} points were moved to the instants at which they were read")]
    public static partial void ReadingsMoved(ILogger logger, long points);

    [LoggerMessage(12, LogLevel.Warning, "Readings of several devices or starts came in turns more than {Spans} times: those of a wrong clock are not moved")]
    public static partial void ClockUnclear(ILogger logger, int spans);

    [LoggerMessage(14, LogLevel.Warning, "Readings of a wrong clock are not moved yet: {Error}")]
    public static partial void NotMoved(ILogger logger, string error);

    [LoggerMessage(15, LogLevel.Warning, "Readings wait, since the store does not say or take what the clock was: {Error}")]
    public static partial void ClockNotSettled(ILogger logger, string error);

    [LoggerMessage(13, LogLevel.Warning, "A reading is in the quarantine ('edgedepin store quarantine'): {Reason}")]
    public static partial void ReadingSetAside(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Information, "{Module} of node {Node} is running")]
    public static partial void Running(ILogger logger, string module, string node);

    [LoggerMessage(6, LogLevel.Information, "Desired properties, version {Version}, are applied")]
    public static partial void ConfigurationApplied(ILogger logger, long version);

    [LoggerMessage(7, LogLevel.Warning, "Desired properties, version {Version}, are refused: {Reason}")]
    public static partial void ConfigurationRefused(ILogger logger, long version, string reason);

    [LoggerMessage(8, LogLevel.Warning, "What became of the desired properties could not be reported: {Error}")]
    public static partial void NotReported(ILogger logger, string error);

    [LoggerMessage(9, LogLevel.Warning, "Desired properties, version {Version}, could not be kept for the next start: {Error}")]
    public static partial void NotKept(ILogger logger, long version, string error);

    [LoggerMessage(16, LogLevel.Warning, "No forecast: the past could not be read from {Store}: {Reason}. Is Computing:ForecastStore the address of this node's page?")]
    public static partial void HistoryNotRead(ILogger logger, string store, string reason);

    [LoggerMessage(17, LogLevel.Warning, "No forecast of {Quantity} of {Sensor}: {Cause}")]
    public static partial void ForecastFailed(ILogger logger, string sensor, string quantity, string cause);

    [LoggerMessage(18, LogLevel.Warning, "The registry of models could not be written: {Reason}")]
    public static partial void RegistryNotWritten(ILogger logger, string reason);

    [LoggerMessage(19, LogLevel.Warning, "Learned run times in {File} are not taken up, and times are learned anew: {Reason}")]
    public static partial void TimesForgotten(ILogger logger, string file, string reason);

    [LoggerMessage(22, LogLevel.Warning, "How long lasers have been on is not kept: {Reason}")]
    public static partial void LasersNotKept(ILogger logger, string reason);
}
