using Microsoft.Extensions.Logging;

namespace EdgeHubSimulator;

/// <summary>Every line that the local hub writes.</summary>
internal static partial class LocalHubLog
{
    [LoggerMessage(1, LogLevel.Information, "Local hub of device {Device} listens on {Address}:{Port} with {Routes} routes.")]
    public static partial void Listening(ILogger logger, string device, string address, int port, int routes);

    [LoggerMessage(2, LogLevel.Information, "{Client} connected.")]
    public static partial void Connected(ILogger logger, string client);

    [LoggerMessage(3, LogLevel.Information, "{Client} is gone.")]
    public static partial void Gone(ILogger logger, string client);

    [LoggerMessage(4, LogLevel.Warning, "Refused {Client}: {Reason}")]
    public static partial void Refused(ILogger logger, string client, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Input {Input} of {Module} is full: the oldest messages are dropped, {Count} by now.")]
    public static partial void Dropped(ILogger logger, string module, string input, long count);

    [LoggerMessage(6, LogLevel.Information, "Issued the certificate '{Subject}', valid until {Until:u}.")]
    public static partial void Issued(ILogger logger, string subject, DateTime until);

    [LoggerMessage(7, LogLevel.Warning, "{Count} messages of {Folder} made room: the disk quota is {Quota} bytes.")]
    public static partial void GaveWay(ILogger logger, long count, string folder, long quota);

    [LoggerMessage(8, LogLevel.Warning, "{File} ends in {Bytes} bytes of a record that a crash has torn; they were never acknowledged.")]
    public static partial void Torn(ILogger logger, string file, long bytes);

    [LoggerMessage(9, LogLevel.Error, "{File} is damaged: {Count} messages cannot be read any more.")]
    public static partial void Damaged(ILogger logger, string file, long count);

    [LoggerMessage(10, LogLevel.Error, "A message of {Module} could not be kept, and is not acknowledged: {Error}")]
    public static partial void NotKept(ILogger logger, string module, string error);

    [LoggerMessage(11, LogLevel.Warning, "The connection of {Peer} was not accepted or has ended: {Error}. {Others} others since the last such line.")]
    public static partial void Ended(ILogger logger, string peer, string error, long others);

    [LoggerMessage(12, LogLevel.Warning, "The clock was set by {Step}, to {Now:u}.")]
    public static partial void ClockSet(ILogger logger, TimeSpan step, DateTime now);

    [LoggerMessage(13, LogLevel.Error, "The clock says {Now:u}, and the site's root '{Subject}' is valid from {From:u} to {Until:u}: is the clock right? Another root stands in beside it until the clock comes back; the site's own is kept.")]
    public static partial void RootBeside(ILogger logger, DateTime now, string subject, DateTime from, DateTime until);

    [LoggerMessage(14, LogLevel.Information, "The site's own root '{Subject}' is used.")]
    public static partial void RootAgain(ILogger logger, string subject);
}
