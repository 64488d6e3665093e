using Microsoft.Extensions.Logging;

namespace EdgeHubSimulator;

/// <summary>Every line that the local hub writes.</summary>
internal static partial class LocalHubLog
{
    [LoggerMessage(1, LogLevel.Information, "Local hub of device {Device} listens on 127.0.0.1:{Port} with {Routes} routes.")]
    public static partial void Listening(ILogger logger, string device, int port, int routes);

    [LoggerMessage(2, LogLevel.Information, "{Client} connected.")]
    public static partial void Connected(ILogger logger, string client);

    [LoggerMessage(3, LogLevel.Information, "{Client} is gone.")]
    public static partial void Gone(ILogger logger, string client);

    [LoggerMessage(4, LogLevel.Warning, "Refused {Client}: {Reason}")]
    public static partial void Refused(ILogger logger, string client, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Input {Input} of {Module} is full: the oldest messages are dropped, {Count} by now.")]
    public static partial void Dropped(ILogger logger, string module, string input, long count);
}
