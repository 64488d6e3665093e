using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sharing;

/// <summary>Everything that sharing logs.</summary>
internal static partial class SharingLog
{
    [LoggerMessage(1, LogLevel.Information, "Connected to the neighbours' broker {Host}:{Port}")]
    public static partial void Connected(ILogger logger, string host, int port);

    [LoggerMessage(2, LogLevel.Warning, "The neighbours' broker {Host}:{Port} ended the connection")]
    public static partial void Disconnected(ILogger logger, string host, int port);

    [LoggerMessage(3, LogLevel.Warning, "The neighbours' broker {Host}:{Port} does not answer: {Reason}")]
    public static partial void BrokerAway(ILogger logger, string host, int port, string reason);

    [LoggerMessage(4, LogLevel.Information, "Trying the neighbours' broker {Host}:{Port} again in {Wait}")]
    public static partial void WillReconnect(ILogger logger, string host, int port, TimeSpan wait);

    [LoggerMessage(5, LogLevel.Information, "Sharing as {Node} ({Name}) in site {Site}")]
    public static partial void Started(ILogger logger, NodeId node, string name, string site);

    [LoggerMessage(6, LogLevel.Debug, "Running {Kind} {Task} for {Requester}")]
    public static partial void GuestStarted(ILogger logger, TaskKind kind, TaskId task, NodeId requester);

    [LoggerMessage(7, LogLevel.Error, "Running {Kind} for {Requester} threw instead of saying how it failed")]
    public static partial void GuestThrew(ILogger logger, TaskKind kind, NodeId requester, Exception error);

    [LoggerMessage(8, LogLevel.Error, "Checking {Kind} here failed; the neighbour's result is not accepted")]
    public static partial void CheckThrew(ILogger logger, TaskKind kind, Exception error);

    [LoggerMessage(9, LogLevel.Debug, "Borrowed task {Task} ended: {Outcome}")]
    public static partial void Concluded(ILogger logger, TaskId task, BorrowOutcome outcome);

    [LoggerMessage(10, LogLevel.Warning, "The result of {Task} was taken on trust and is believed no more: its worker lied elsewhere")]
    public static partial void TakenBack(ILogger logger, TaskId task);

    [LoggerMessage(11, LogLevel.Error, "The list of revocations is in force but could not be kept for the next start: {Reason}")]
    public static partial void RevocationsNotKept(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Information, "The new certificate in {Folder}/site is taken")]
    public static partial void CertificateTaken(ILogger logger, string folder);

    [LoggerMessage(13, LogLevel.Warning, "The new certificate in {Folder}/site is not taken: {Reason}. Admit the node again.")]
    public static partial void CertificateNotTaken(ILogger logger, string folder, string reason);
}
