using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sharing.Identity;

/// <summary>Sees that a node has been admitted anew while it runs: its certificates end after a day, and it need not be started again for the next.</summary>
internal sealed class CertificateWatch(string dataFolder, IReadOnlyList<ReadOnlyMemory<byte>> chain, ILogger log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private IReadOnlyList<ReadOnlyMemory<byte>> _chain = chain;
    private TimeSpan? _lookedAt;
    private string? _refused;

    /// <summary>Reads the certificates, at most every five seconds, and hands new ones to the participant. What cannot be read or does not hold yet is logged once, and looked at again: the clock may have been wrong.</summary>
    public void Look(Participant participant, Moment now)
    {
        if (_lookedAt is { } last && now.Running - last < LookEvery)
        {
            return;
        }

        _lookedAt = now.Running;
        try
        {
            IReadOnlyList<ReadOnlyMemory<byte>> found = SiteFolder.Chain(dataFolder);
            bool same = found.Count == _chain.Count && found.Zip(_chain).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));
            if (same || found.Count == 0)
            {
                return;
            }

            if (participant.Renew(found, now) is { } reason)
            {
                Refuse(reason);
            }
            else
            {
                (_chain, _refused) = (found, null);
                SharingLog.CertificateTaken(log, dataFolder);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(error.Message);
        }
    }

    private void Refuse(string reason)
    {
        if (reason != _refused)
        {
            _refused = reason;
            SharingLog.CertificateNotTaken(log, dataFolder, reason);
        }
    }
}
