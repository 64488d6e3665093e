namespace EdgeDePin.Sharing.Messages;

/// <summary>Why an envelope was not opened, or a message in it not believed. All are counted; none is answered, so that nobody can make a node talk.</summary>
public enum Refusal
{
    /// <summary>More than <see cref="Envelope.MaxBytes"/>.</summary>
    Oversized,

    /// <summary>Not one COSE_Sign1 with exactly our headers.</summary>
    NotAnEnvelope,

    /// <summary>The signature is not its sender's.</summary>
    BadSignature,

    /// <summary>Signed, but its content is none of our messages or breaks a bound.</summary>
    Malformed,

    /// <summary>Addressed to another node.</summary>
    WrongReceiver,

    /// <summary>No offer of the sender has been heard.</summary>
    UnknownSender,

    /// <summary>Its sequence number was seen before, or is too old to tell.</summary>
    Replayed,

    /// <summary>An offer on another node's topic.</summary>
    WrongTopic,

    /// <summary>What it carries is sealed to somebody else.</summary>
    NotForUs,

    /// <summary>Its sender is no member of the site, or no more.</summary>
    NotAMember,

    /// <summary>An offer, and the table of neighbours is full.</summary>
    TableFull,

    /// <summary>A voucher over more than its requester can owe this node.</summary>
    VoucherBeyondWork,

    /// <summary>A verdict with another nonce than the request bound itself to: the draw of the check was made up afterwards.</summary>
    OtherNonce,
}
