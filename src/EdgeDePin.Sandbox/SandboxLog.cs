using EdgeDePin.Model;
using EdgeDePin.Sandbox.Confining;
using EdgeDePin.Sandbox.Guests;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sandbox;

/// <summary>Everything that the sandbox logs.</summary>
internal static partial class SandboxLog
{
    [LoggerMessage(1, LogLevel.Information, "Guest process {Process} started; it cannot reach: {Held}")]
    public static partial void Started(ILogger logger, int process, Protections held);

    [LoggerMessage(2, LogLevel.Warning, "Guest process {Process} ended with {Code} while it {Doing} module {Module}: {Words}")]
    public static partial void Died(ILogger logger, int process, int code, string doing, Digest module, string words);

    [LoggerMessage(3, LogLevel.Warning, "Guest process {Process} was ended: it {Doing} module {Module} for {Elapsed}")]
    public static partial void Ended(ILogger logger, int process, string doing, Digest module, TimeSpan elapsed);

    [LoggerMessage(4, LogLevel.Information, "Module {Module} has no result ({Why}): {Message}")]
    public static partial void Failed(ILogger logger, Digest module, GuestFailure why, string message);
}
