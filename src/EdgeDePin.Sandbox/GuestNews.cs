using EdgeDePin.Model;

namespace EdgeDePin.Sandbox;

/// <summary>Who hears of guests while they run, on the threads that wait for them. Tasks are named by the digest of their input.</summary>
/// <param name="Progress">How far a task is: done, of how much.</param>
/// <param name="Checkpoint">A state from which it could go on.</param>
public sealed record GuestNews(Action<Digest, int, int> Progress, Action<Digest, byte[]> Checkpoint);
