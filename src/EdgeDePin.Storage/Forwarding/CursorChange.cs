namespace EdgeDePin.Storage.Forwarding;

/// <param name="Cursor">What follows the destination's name in the name of the cursor; empty for the cursor itself.</param>
internal readonly record struct CursorChange(string Cursor, long Sequence);
