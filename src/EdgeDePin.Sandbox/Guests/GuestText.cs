namespace EdgeDePin.Sandbox.Guests;

/// <summary>Words of guests and of what judged them, on their way to terminals and logs.</summary>
internal static class GuestText
{
    /// <summary>More of a foreign sentence nobody reads.</summary>
    public const int MaxLength = 1_024;

    /// <summary>One line without control characters, and not too long.</summary>
    public static string Printable(string text) => string.Create(Math.Min(text.Length, MaxLength), text, static (target, source) =>
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }
    });
}
