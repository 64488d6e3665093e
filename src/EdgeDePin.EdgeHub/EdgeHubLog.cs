using Microsoft.Extensions.Logging;

namespace EdgeDePin.EdgeHub;

/// <summary>Every line that a module's side of edgeHub writes.</summary>
internal static partial class EdgeHubLog
{
    [LoggerMessage(1, LogLevel.Information, "{Module} is connected to edgeHub at {Host}:{Port}.")]
    public static partial void Connected(ILogger logger, ModuleIdentity module, string host, int port);

    [LoggerMessage(2, LogLevel.Warning, "{Module} is not connected to edgeHub at {Host}:{Port}: {Error}. Next try in {Wait}.")]
    public static partial void NotConnected(ILogger logger, ModuleIdentity module, string host, int port, string error, TimeSpan wait);

    [LoggerMessage(3, LogLevel.Error, "{Module}: the handler of input {Input} failed; the message will come again.")]
    public static partial void HandlerFailed(ILogger logger, Exception error, ModuleIdentity module, string input);

    [LoggerMessage(4, LogLevel.Warning, "{Module}: left a message to be delivered again: {Error}")]
    public static partial void NotAcknowledged(ILogger logger, ModuleIdentity module, string error);

    [LoggerMessage(5, LogLevel.Information, "{Module} connects anew: {Reason}.")]
    public static partial void Renewing(ILogger logger, ModuleIdentity module, string reason);

    [LoggerMessage(6, LogLevel.Error, "{Module}: the handler of desired properties failed at version {Version}.")]
    public static partial void TwinHandlerFailed(ILogger logger, Exception error, ModuleIdentity module, long version);

    [LoggerMessage(7, LogLevel.Error, "{Module}: the handler of method {Method} failed; its caller was told.")]
    public static partial void MethodFailed(ILogger logger, Exception error, ModuleIdentity module, string method);
}
