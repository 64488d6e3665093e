namespace EdgeDePin.Sandbox.Guests;

/// <summary>Who hears of a guest while it runs. Called by the thread that runs it.</summary>
internal interface IGuestListener
{
    /// <summary>Whether a checkpoint would be passed on now; too many are not.</summary>
    bool WantsCheckpoint { get; }

    void Progress(int done, int of);

    void Checkpoint(byte[] state);
}
